import { eraseMe } from '@handfast/contract'
import { z } from 'zod'
import { exportText } from '../../../history/index.ts'
import { type Clock, rfc3339 } from '../../../lib/index.ts'
import { type AnyEndpoint, Download, download, endpoint } from '../endpoint.ts'
import { session } from '../policy.ts'
import type { IncidentRooms } from './incident-rooms.ts'
import type { UserRooms } from './rooms.ts'
import { accountView, tokenView } from './views.ts'

/** Everything that there is about a person, to take along or to destroy (clause 3c-privacy). */
export function myDataEndpoints(rooms: UserRooms & Pick<IncidentRooms, 'feedback'>, { clock }: { readonly clock: Clock }): readonly AnyEndpoint[] {
  const { people, authorization, choices, approvals, vault, links, history, erasure, feedback, notifying } = rooms
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/me/export',
      summary: 'Everything that is kept about you, as one JSON file',
      policy: session(),
      ledger: 'data.exported',
      fresh: true,
      input: z.strictObject({}),
      output: download,
      handle: async (_, { user, workspace }) => {
        const person = { user, workspace }
        await history.recordExport(person)
        const now = clock.now()
        return new Download(
          `handfast-${rfc3339(now).slice(0, 10)}.json`,
          exportText({
            exportedAt: async () => rfc3339(now),
            account: async () => accountView(await people.account(user)),
            sessions: async () => people.sessions(user),
            waysIn: async () => people.security.waysIn(user),
            tokens: async () => (await authorization.list(workspace, user, null, MOST_TOKENS)).map(tokenView),
            grants: async () => authorization.grants.list(person, null, MOST_TOKENS),
            enablements: async () => choices.enablements(person),
            levels: async () => Object.fromEntries((await choices.of(person)).levels),
            standingApprovals: async () => (await choices.of(person)).standing,
            credentials: async () => vault.notes(person),
            accounts: async () => links.linked.of(person),
            feedback: async () => feedback.list(workspace, { author: user, before: null, limit: MOST_TOKENS }),
            approvals: () => approvals.everything(person),
            calls: () => history.everything(person),
            notices: () => notifying.reading.everything(person),
            mutedNotices: () => notifying.inbox.muted(person),
            letters: () => notifying.operatorInbox.everything(person),
          }),
        )
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/me/erase',
      summary: 'Destroy everything readable about you and close your account; this cannot be undone',
      policy: session(),
      ledger: 'user.erased',
      fresh: true,
      input: eraseMe,
      output: z.void(),
      keepsAnswer: false,
      handle: async ({ password }, { user, workspace, address, agent }, exchange) => {
        if (password !== undefined) await people.confirmPassword(user, password, { address, agent })
        await erasure.erase({ user, workspace })
        exchange.endSession()
      },
    }),
  ]
}

/** More than anybody makes. */
const MOST_TOKENS = 10_000
