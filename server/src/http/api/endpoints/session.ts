import { type CurrentSession, changePassword, currentSession, openedPage, openPageLink, pageOf, sessionSummary, signIn } from '@handfast/contract'
import { z } from 'zod'
import { rfc3339 } from '../../../lib/index.ts'
import { PROOF_LASTS, type SessionOf, type SessionRow, type StartedSession } from '../../../people/index.ts'
import { type AnyEndpoint, type Exchange, endpoint } from '../endpoint.ts'
import { everybody, session } from '../policy.ts'
import { SessionOverError } from '../request-errors.ts'
import type { PeopleRooms } from './rooms.ts'
import { accountView } from './views.ts'

const SESSION = 'ses_'

/** Gives the browser its session and says whose it is. */
export async function enter({ people }: PeopleRooms, started: StartedSession, exchange: Exchange): Promise<CurrentSession> {
  exchange.startSession(started.secret, started.expiresAt)
  const current = await people.anySession(started.secret)
  if (current === null) throw new SessionOverError()
  return describeSession({ people }, current, exchange)
}

/** The session that the request came with, whatever it lacks. @throws SessionOverError */
export async function presentedSession({ people }: Pick<PeopleRooms, 'people'>, { presented }: Exchange): Promise<SessionOf> {
  const current = presented === null ? null : await people.anySession(presented)
  if (current === null) throw new SessionOverError()
  return current
}

export async function describeSession({ people }: Pick<PeopleRooms, 'people'>, current: SessionOf, exchange: Exchange): Promise<CurrentSession> {
  return {
    user: accountView(await people.account(current.user)),
    workspace: { id: current.workspace, name: await people.workspaceName(current.workspace) },
    csrf: exchange.csrfProof(current.hash),
    expiresAt: rfc3339(current.expiresAt),
    provenUntil: rfc3339(current.provenAt + PROOF_LASTS),
    method: current.method,
    provider: current.provider,
    strong: current.strong,
    lacks: current.lacks,
    hostedBy: current.hostedBy,
  }
}

export function sessionView(one: SessionRow, current: string | null) {
  return {
    id: SESSION + one.hash,
    current: one.hash === current,
    agent: one.agent,
    address: one.address,
    method: one.method,
    provider: one.provider,
    startedAt: rfc3339(one.startedAt),
    seenAt: rfc3339(one.seenAt),
    expiresAt: rfc3339(one.expiresAt),
  }
}

/** Signing in and out, and the browsers that are signed in. */
export function sessionEndpoints(rooms: PeopleRooms): readonly AnyEndpoint[] {
  const { people } = rooms
  return [
    endpoint({
      method: 'POST',
      path: '/api/v1/session',
      summary: 'Sign in with e-mail address and password',
      policy: everybody('whoever signs in is not known before'),
      ledger: 'session.started',
      input: signIn,
      output: currentSession,
      handle: async (input, visitor, exchange) => enter(rooms, await people.signIn(input, visitor, exchange.presented), exchange),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/hosted-session',
      summary: 'Open the one-time link to a page that your assistant gave you; the session is good for such pages only',
      policy: everybody('the link is the credential'),
      ledger: 'session.started',
      input: openPageLink,
      output: openedPage,
      handle: async ({ token }, visitor, exchange) => {
        const { page, ...started } = await people.asserted.open(token, visitor, exchange.presented)
        return { page, session: await enter(rooms, started, exchange) }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/session',
      summary: 'Who is signed in, and the proof to send with changes',
      policy: session(),
      hosted: true,
      ledger: { none: 'reading' },
      input: z.object({}),
      output: currentSession,
      evenLacking: true,
      handle: async (_, __, exchange) => describeSession(rooms, await presentedSession(rooms, exchange), exchange),
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/session',
      summary: 'Sign out',
      policy: session(),
      hosted: true,
      ledger: 'session.ended',
      input: z.object({}),
      output: z.void(),
      evenLacking: true,
      handle: async (_, caller, exchange) => {
        await people.endSession(caller.user, caller.session ?? '')
        exchange.endSession()
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/sessions',
      summary: 'Browsers in which you are signed in, newest first',
      policy: session(),
      ledger: { none: 'reading' },
      input: z.object({}),
      output: pageOf(sessionSummary),
      handle: async (_, caller) => {
        const found = await people.sessions(caller.user)
        const items = found.map((one) => sessionView(one, caller.session))
        return { items, nextCursor: null }
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/sessions',
      summary: 'Sign out everywhere else',
      policy: session(),
      ledger: 'session.ended',
      input: z.object({}),
      output: z.void(),
      handle: async (_, caller) => people.endOtherSessions(caller.user, caller.session ?? ''),
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/sessions/{id}',
      summary: 'Sign out one browser',
      policy: session(),
      ledger: 'session.ended',
      input: z.strictObject({ id: z.string().max(100) }),
      output: z.void(),
      handle: async ({ id }, caller, exchange) => {
        const hash = id.startsWith(SESSION) ? id.slice(SESSION.length) : ''
        await people.endSession(caller.user, hash)
        if (hash === caller.session) exchange.endSession()
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/password',
      summary: 'Set a new password; every other browser is signed out',
      policy: session(),
      ledger: 'user.changed',
      input: changePassword,
      output: currentSession,
      keepsAnswer: false,
      fresh: true,
      handle: async (input, caller, exchange) => {
        await people.security.requireStrong(caller.user, caller)
        return enter(rooms, await people.changePassword(caller.user, input, caller), exchange)
      },
    }),
  ]
}
