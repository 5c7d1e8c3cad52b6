import { parametersOf, plainName } from '../engine/parameters.ts'
import { toolRule } from '../engine/tool-rule.ts'

const RUNS =
  /^(?:(?:execute|run|eval|evaluate|exec)(?:_(?:code|command|commands|shell|script|bash|python|javascript|js|powershell|terminal|cli|program|expression))?|shell|bash|terminal|command|eval_js|run_in_terminal|start_process)$/
const CALLS = /^(?:(?:call|invoke|execute|run|use)_(?:tool|function|action|method|api|endpoint|any))s?$/
const CODE = new Set(['code', 'command', 'cmd', 'script', 'shell_command', 'bash', 'expression', 'javascript', 'python', 'source_code', 'function'])
const NAMES = new Set(['tool', 'tool_name', 'function_name', 'action_name', 'tool_slug', 'tool_id'])

export const genericExecutor = toolRule({
  id: 'generic-executor',
  severity: 'warns',
  clause: '2e-v',
  title: 'Tools that run whatever they are given',
  remedy: {
    who: 'developer',
    what: 'Offer the things that people need as tools of their own. If running code is the purpose, say where it runs and what it can reach.',
  },
  source: 'OpenAI app guidelines; CWE-94',
  *each(tool, at) {
    if (tool.operation !== undefined) return
    const name = plainName(tool.name)
    const top = parametersOf(tool).filter(({ depth }) => depth === 0)
    const code = top.find((parameter) => CODE.has(plainName(parameter.name)) && parameter.schema['enum'] === undefined)
    const named = top.find((parameter) => NAMES.has(plainName(parameter.name)) && parameter.schema['enum'] === undefined)
    if (named !== undefined && CALLS.test(name))
      yield { pointer: `${at}${named.pointer}`, message: `"${tool.name}" calls any other tool by name, past what people agreed to for each.` }
    else if (code !== undefined && (RUNS.test(name) || /(?:^|_)(?:execute|run|eval|evaluate|exec)(?:_|$)/.test(name)))
      yield { pointer: `${at}${code.pointer}`, message: `"${tool.name}" runs whatever "${code.name.slice(0, 60)}" says.` }
  },
})
