import { pointer } from '../../../lib/index.ts'
import type { Rule } from '../engine/rule.ts'

const ALL =
  /^(?:\*|\*:\*|all|full|full_access|root|superuser|user_impersonation|https:\/\/mail\.google\.com\/?|https:\/\/www\.googleapis\.com\/auth\/(?:drive|cloud-platform)|.*[/.:](?:FullControl\.All|ReadWrite\.All|AccessAsUser\.All))$/i
const ADMIN = /(?:^|[:._/-])(?:admin|administration|delete_repo|sudo|owner|org:write|write:org|user:write)(?:$|[:._/-])/i
const MANY = 20

export const scopesWide: Rule = {
  id: 'scopes-wide',
  severity: 'warns',
  clause: '2b-minimum',
  title: 'Scopes that open more than any tool needs',
  remedy: { who: 'developer', what: 'Ask for the scopes that the tools use, and say of each which tool needs it.' },
  source: 'RFC 9700 section 2.3; Google API services user data policy; Slack app directory',
  *look({ content: { credential } }) {
    if (credential.type !== 'oauth2') return
    for (const [index, scope] of credential.scopes.entries()) {
      const at = pointer('credential', 'scopes', index)
      if (ALL.test(scope)) yield { pointer: at, message: `The scope "${scope.slice(0, 100)}" opens everything.`, about: scope }
      else if (ADMIN.test(scope)) yield { pointer: at, message: `The scope "${scope.slice(0, 100)}" lets the connector administer.`, about: scope }
    }
    if (credential.scopes.length > MANY)
      yield { pointer: '/credential/scopes', severity: 'notes', message: `${credential.scopes.length} scopes are asked for at once.`, about: 'many' }
  },
}
