import { assertionRuleOf, assistantInPath, setAssertionRule } from '@handfast/contract'
import { z } from 'zod'
import type { AssertionIssuer, AssertionRule } from '../../../authorization/index.ts'
import { type AssistantId, rfc3339 } from '../../../lib/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { operator } from '../policy.ts'
import type { AssistantRooms } from './assistants.ts'
import type { SiteFacts } from './rooms.ts'

/** What assistants may say about users of their own, for whoever runs this Handfast. */
export function assertionEndpoints({ authorizationServer }: AssistantRooms, site: SiteFacts): readonly AnyEndpoint[] {
  const { assertions, assistants } = authorizationServer
  const { origin } = site.publicUrl
  const view = (rule: AssertionRule | null) => ({
    rule:
      rule === null
        ? null
        : {
            issuers: rule.issuers.map((one) => ({
              ...one,
              algorithms: [...one.algorithms],
              jwks: one.jwks === null ? null : { keys: one.jwks.keys.map((key) => ({ ...key })) },
            })),
            scopes: [...rule.scopes],
            createUsers: rule.createsUsers,
            ownUsersOnly: rule.ownUsersOnly,
            audience: origin,
            tokenEndpoint: `${origin}/oauth/token`,
            changedAt: rfc3339(rule.changedAt),
          },
  })
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/assistant-registrations/{id}/users',
      summary: 'What an assistant may say about users of its own',
      policy: operator,
      ledger: { none: 'reading' },
      input: assistantInPath,
      output: assertionRuleOf,
      handle: async ({ id }, { workspace }) => {
        const { id: assistant } = await assistants.one(workspace, id as AssistantId)
        return view(await assertions.ruleOf(assistant))
      },
    }),
    endpoint({
      method: 'PUT',
      path: '/api/v1/assistant-registrations/{id}/users',
      summary: 'Let an assistant vouch for users of its own; what it holds of them ends, and it asserts them again',
      policy: operator,
      ledger: 'assertions.allowed',
      input: setAssertionRule,
      output: assertionRuleOf,
      fresh: true,
      handle: async ({ id, issuers, scopes, createUsers, ownUsersOnly }, { workspace, user }) => {
        const rule = { assistant: id as AssistantId, issuers: issuers as readonly AssertionIssuer[], scopes, createsUsers: createUsers, ownUsersOnly }
        return view(await assertions.set(workspace, user, rule))
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/assistant-registrations/{id}/users',
      summary: 'Take that back; it holds for the next call of every user of its own',
      policy: operator,
      ledger: 'assertions.ended',
      input: assistantInPath,
      output: z.void(),
      handle: async ({ id }, { workspace, user }) => assertions.end(workspace, user, id as AssistantId),
    }),
  ]
}
