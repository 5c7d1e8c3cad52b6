import { pointer } from '../../../lib/index.ts'
import type { Rule } from '../engine/rule.ts'

const SENSITIVE =
  /googleapis\.com\/auth\/(?:gmail|drive|calendar|contacts|fitness|photoslibrary|youtube\.upload)|^(?:Mail|Files|Calendars|Contacts|Chat|User\.Read\.All|Directory)\.|^(?:im|mpim|groups|channels|search|users):(?:history|read|email)/i

export const sensitiveScopes: Rule = {
  id: 'sensitive-scopes',
  severity: 'notes',
  clause: '2d-review',
  title: 'Scopes that open mail, files, calendars or messages',
  remedy: { who: 'reviewer', what: 'Look at each tool that uses the scope. The providers themselves review clients that ask for it.' },
  source: 'Google OAuth verification; Microsoft Graph permissions; Slack app directory',
  *look({ content: { credential } }) {
    if (credential.type !== 'oauth2') return
    for (const [index, scope] of credential.scopes.entries())
      if (SENSITIVE.test(scope))
        yield {
          pointer: pointer('credential', 'scopes', index),
          message: `The scope "${scope.slice(0, 100)}" opens private contents of people.`,
          about: scope,
        }
  },
}
