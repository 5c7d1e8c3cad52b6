import { pointer } from '../../../lib/index.ts'
import { plainName } from '../engine/parameters.ts'
import { probeRule } from '../engine/probe-rule.ts'

const SECRETS = new Set(
  'access_token refresh_token id_token session_token api_key password secret client_secret private_key authorization cookie set_cookie'.split(' '),
)
const INSIDE = new Set(
  'session_id request_id trace_id span_id correlation_id debug debug_info stack stack_trace internal_id ip_address user_agent server_time sql'.split(
    ' ',
  ),
)

export const answerExtras = probeRule({
  id: 'answer-extras',
  severity: 'warns',
  clause: '2c-rights',
  title: 'Answers that hold keys or what only the server needs',
  remedy: { who: 'developer', what: 'Leave out of answers what the person did not ask for.' },
  source: 'OpenAI app guidelines and app review',
  *judge({ cases }, { content }) {
    const seen = new Set<string>()
    for (const { tool, keys } of cases) {
      if (tool === null || seen.has(tool)) continue
      const names = keys.map((key) => plainName(key.split('/').at(-1) ?? ''))
      const secret = names.find((name) => SECRETS.has(name))
      const extra = secret ?? names.find((name) => INSIDE.has(name))
      if (extra === undefined) continue
      seen.add(tool)
      const at = content.tools.findIndex(({ name }) => name === tool)
      yield {
        pointer: at < 0 ? '/tools' : pointer('tools', at),
        severity: secret === undefined ? 'notes' : 'warns',
        message: `Answers of "${tool}" hold "${extra}", which ${secret === undefined ? 'only the server needs' : 'opens something'}.`,
        about: `${tool} ${extra}`,
      }
    }
  },
})
