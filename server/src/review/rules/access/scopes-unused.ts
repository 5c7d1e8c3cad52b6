import { pointer } from '../../../lib/index.ts'
import type { Rule } from '../engine/rule.ts'

const WRITES = /(?:^|[:._/-])(?:write|readwrite|read_write|rw|manage|modify|edit|create|delete|send|compose|publish|upload)(?:$|[:._/-])/i

export const scopesUnused: Rule = {
  id: 'scopes-unused',
  severity: 'warns',
  clause: '2b-minimum',
  title: 'Scopes for writing where every tool only reads',
  remedy: { who: 'developer', what: 'Leave the scope out until a tool needs it.' },
  source: 'RFC 9700 section 2.3; Google API services user data policy',
  *look({ content: { credential, tools } }) {
    if (credential.type !== 'oauth2' || tools.length === 0 || tools.some(({ effect }) => effect !== 'read')) return
    for (const [index, scope] of credential.scopes.entries())
      if (WRITES.test(scope))
        yield {
          pointer: pointer('credential', 'scopes', index),
          message: `Every tool only reads, and the scope "${scope.slice(0, 100)}" lets the connector write.`,
          about: scope,
        }
  },
}
