import { growthRule } from '../engine/growth-rule.ts'
import { listed } from '../engine/tool-rule.ts'

export const newScopes = growthRule({
  id: 'new-scopes',
  severity: 'warns',
  clause: '2b-minimum',
  title: 'Scopes that were not asked for before',
  remedy: { who: 'reviewer', what: 'Ask which tool needs the scope. People have to sign in again to give it.' },
  source: 'Google API services user data policy; Slack app directory',
  *compare({ credential }, previous) {
    if (credential.type !== 'oauth2' || previous.credential.type !== 'oauth2') return
    const known = new Set(previous.credential.scopes)
    const fresh = credential.scopes.filter((scope) => !known.has(scope))
    if (fresh.length > 0)
      yield {
        pointer: '/credential/scopes',
        message: `The connector asks for more than before: ${listed(fresh)}.`,
        about: fresh.toSorted().join('\n'),
      }
  },
})
