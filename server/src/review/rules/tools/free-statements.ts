import { parametersOf, plainName } from '../engine/parameters.ts'
import { toolRule } from '../engine/tool-rule.ts'

const STATEMENTS = new Set([
  'sql',
  'sql_query',
  'graphql',
  'graphql_query',
  'cypher',
  'soql',
  'kql',
  'promql',
  'statement',
  'sql_statement',
  'mutation',
])

export const freeStatements = toolRule({
  id: 'free-statements',
  severity: 'warns',
  clause: '2e-ii',
  title: 'Free statements in a tool that says it only reads',
  remedy: {
    who: 'developer',
    what: 'Say in the description against which system the statement runs and what keeps it from writing; or take readOnlyHint back.',
  },
  source: 'Anthropic directory submission',
  *each(tool, at) {
    const found = parametersOf(tool).find(({ name, depth }) => depth === 0 && STATEMENTS.has(plainName(name)))
    if (found === undefined || tool.operation !== undefined) return
    if (tool.effect === 'read' && !/read[- ]?only|select|nur lesend|lecture seule|solo lectura/i.test(tool.description))
      yield {
        pointer: `${at}${found.pointer}`,
        message: `"${tool.name}" says that it only reads, and takes statements ("${found.name.slice(0, 60)}") that could write.`,
      }
  },
})
