import {
  acceptInvitation,
  account,
  changeUser,
  currentSession,
  invite,
  issuedLink,
  pageOf,
  pageQuery,
  sessionSummary,
  userInPath,
  welcome,
} from '@handfast/contract'
import { z } from 'zod'
import { rfc3339, type UserId } from '../../../lib/index.ts'
import type { IssuedToken } from '../../../people/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { everybody, operator } from '../policy.ts'
import type { PeopleRooms, SiteFacts } from './rooms.ts'
import { enter, sessionView } from './session.ts'
import { accountView } from './views.ts'

/** Accounts, and the one-time links that make them. */
export function peopleEndpoints(rooms: PeopleRooms, site: SiteFacts): readonly AnyEndpoint[] {
  const { people } = rooms
  // The token stands after `#`: browsers do not send that part, so it is in no log of a proxy.
  const linkView = (issued: IssuedToken) => ({
    user: accountView(issued.user),
    link: `${site.publicUrl.origin}/invitation#${issued.token}`,
    expiresAt: rfc3339(issued.expiresAt),
  })
  return [
    endpoint({
      method: 'POST',
      path: '/api/v1/welcome',
      summary: 'Become the first operator, with the one-time link that the server printed',
      policy: everybody('the link is the credential'),
      ledger: 'user.created',
      input: welcome,
      output: currentSession,
      status: 201,
      handle: async (input, visitor, exchange) => enter(rooms, await people.welcome(input, visitor), exchange),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/invitations/accept',
      summary: 'Set name and password with a one-time link, and sign in',
      policy: everybody('the link is the credential'),
      ledger: 'user.changed',
      input: acceptInvitation,
      output: currentSession,
      handle: async (input, visitor, exchange) => enter(rooms, await people.acceptInvitation(input, visitor), exchange),
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/users',
      summary: 'Accounts, oldest first',
      policy: operator,
      ledger: { none: 'reading' },
      input: pageQuery,
      output: pageOf(account),
      handle: async (input, _, exchange) => {
        const page = await paged(
          input,
          exchange,
          (after, limit) => people.list(after, limit),
          (item) => item.id,
        )
        return { ...page, items: page.items.map(accountView) }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/users',
      summary: 'Invite somebody: makes an account and a one-time link, shown once',
      policy: operator,
      ledger: 'user.created',
      fresh: true,
      input: invite,
      output: issuedLink,
      status: 201,
      handle: async (input, caller) => linkView(await people.invite(caller.user, input)),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/users/{id}/link',
      summary: 'A new one-time link for somebody who lost the first one or the password',
      policy: operator,
      ledger: 'link.created',
      fresh: true,
      input: userInPath,
      output: issuedLink,
      status: 201,
      handle: async ({ id }, caller) => linkView(await people.issueLink(caller.user, id as UserId)),
    }),
    endpoint({
      method: 'PATCH',
      path: '/api/v1/users/{id}',
      summary: 'Change name, roles or state of an account; other rights or disabling sign it out everywhere',
      policy: operator,
      ledger: 'user.changed',
      fresh: true,
      input: changeUser,
      output: account,
      handle: async ({ id, ...change }, caller, exchange) => {
        const changed = await people.change(caller.user, id as UserId, change, caller)
        if (changed.session !== null) exchange.startSession(changed.session.secret, changed.session.expiresAt)
        return accountView(changed.account)
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/users/{id}/sessions',
      summary: 'Browsers in which somebody is signed in, newest first',
      policy: operator,
      ledger: { none: 'reading' },
      input: userInPath,
      output: pageOf(sessionSummary),
      handle: async ({ id }, caller) => {
        await people.account(id as UserId)
        return { items: (await people.sessions(id as UserId)).map((one) => sessionView(one, caller.session)), nextCursor: null }
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/users/{id}/sessions',
      summary: 'Sign somebody out everywhere',
      policy: operator,
      ledger: 'session.ended',
      input: userInPath,
      output: z.void(),
      handle: async ({ id }, caller) => {
        await people.account(id as UserId)
        await people.endSessionsOf(caller.user, id as UserId)
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/users/{id}/second-factor',
      summary: 'Take passkeys, authenticator app and recovery codes off an account, for somebody who lost them; it is signed out everywhere',
      policy: operator,
      ledger: 'factor.removed',
      fresh: true,
      input: userInPath,
      output: z.void(),
      handle: async ({ id }, caller) => people.security.reset(caller.user, id as UserId),
    }),
  ]
}
