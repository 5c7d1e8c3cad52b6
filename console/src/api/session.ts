import type { Account, CurrentSession, Instance, OpenedPage, Page, SessionSummary } from '@handfast/contract'
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { ApiError, ask, keepProof } from './ask.ts'

export type { Account, CurrentSession, SessionSummary }

export const instanceQuery = queryOptions({
  queryKey: ['instance'],
  queryFn: ({ signal }) => ask<Instance>('GET', '/instance', undefined, signal),
  staleTime: 60_000,
})

/** Who is signed in; null is nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<CurrentSession | null> => {
    try {
      const session = await ask<CurrentSession>('GET', '/session', undefined, signal)
      keepProof(session.csrf)
      return session
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null
      throw error
    }
  },
  staleTime: 5 * 60_000,
})

/** Takes up a session that the server has just begun; nothing that somebody else saw before stays in memory. */
export function enter(client: QueryClient, session: CurrentSession): void {
  client.clear()
  keepProof(session.csrf)
  client.setQueryData(sessionQuery.queryKey, session)
}

export function leave(client: QueryClient): void {
  client.clear()
  keepProof('')
  client.setQueryData(sessionQuery.queryKey, null)
}

export const signIn = (given: { email: string; password: string; code?: string }) => ask<CurrentSession>('POST', '/session', given)
export const openPageLink = (token: string) => ask<OpenedPage>('POST', '/hosted-session', { token })
export const signOut = () => ask<void>('DELETE', '/session')
export const becomeFirstOperator = (given: { token: string; name: string; email: string; password: string }) =>
  ask<CurrentSession>('POST', '/welcome', given)
export const acceptInvitation = (given: { token: string; name?: string; password: string; code?: string }) =>
  ask<CurrentSession>('POST', '/invitations/accept', given)
export const changePassword = (given: { password: string }) => ask<CurrentSession>('POST', '/password', given)

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => ask<Page<SessionSummary>>('GET', '/sessions', undefined, signal),
})
export const endSession = (id: string) => ask<void>('DELETE', `/sessions/${encodeURIComponent(id)}`)
export const endOtherSessions = () => ask<void>('DELETE', '/sessions')
