import { pointer } from '../../../lib/index.ts'
import { probeRule } from '../engine/probe-rule.ts'

const EMPTY = /^\W*(?:internal(?: server)? error|error|an error occurred|something went wrong|unknown error|undefined|null|\[object object\])?\W*$/i
const LEAKS =
  /\bat (?:[\w.<>]+ )?\(?(?:file:|\/[\w.-]+\/|node:|[A-Z]:\\)|Traceback \(most recent call last\)|SQLSTATE|ORA-\d{5}|\bstack\b.{0,20}:\d+:\d+/i

export const badInput = probeRule({
  id: 'bad-input',
  severity: 'warns',
  clause: '3a-developer-security',
  title: 'Bad arguments that crash the server or are taken as good',
  remedy: { who: 'developer', what: 'Check arguments against the schema, and answer with what was wrong and how to do better.' },
  source: 'Anthropic directory policy 5; MCP specification, tools (error handling)',
  *judge({ hostile }, { content }) {
    for (const { tool, outcome, message } of hostile?.badInput ?? []) {
      const at = pointer(
        'tools',
        Math.max(
          0,
          content.tools.findIndex(({ name }) => name === tool),
        ),
      )
      if (outcome === 'crashed') yield { pointer: at, message: `Bad arguments crash "${tool}".`, about: `${tool} crashed` }
      else if (outcome === 'accepted')
        yield { pointer: at, severity: 'notes', message: `"${tool}" takes arguments that its schema forbids.`, about: `${tool} accepted` }
      else if (message !== null && LEAKS.test(message))
        yield { pointer: at, message: `The error of "${tool}" shows the inside of the server.`, about: `${tool} leaks` }
      else if (EMPTY.test(message ?? ''))
        yield { pointer: at, severity: 'notes', message: `The error of "${tool}" does not say what was wrong.`, about: `${tool} empty` }
    }
  },
})
