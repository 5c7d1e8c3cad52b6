import { pointer } from '../../../lib/index.ts'
import { staysHere } from '../engine/domains.ts'
import type { Rule } from '../engine/rule.ts'

export const operationServer: Rule = {
  id: 'operation-server',
  severity: 'blocks',
  clause: '2e-v',
  title: 'Operations that live at servers of their own',
  remedy: { who: 'reviewer', what: 'Look at each address: approving fixes it, and the same key goes there.' },
  source: 'OpenAPI 3.1 section 4.8.10',
  *look({ content, origins }) {
    for (const { origin, allowed, rule } of origins) {
      const index = content.tools.findIndex(({ operation }) => operation?.server !== undefined && URL.parse(operation.server)?.origin === origin)
      const about = { pointer: pointer('tools', index, 'operation', 'server'), about: origin }
      if (!allowed) yield { ...about, message: `The document places tools at ${origin}, and calls could not be sent there (${rule}).` }
      else if (!origin.startsWith('https:') && !staysHere(origin))
        yield { ...about, severity: 'warns', message: `Calls and keys travel unencrypted to ${origin}, where the document places tools.` }
      else yield { ...about, severity: 'notes', message: `The document places tools at ${origin}: calls go there too, with the same key.` }
    }
  },
}
