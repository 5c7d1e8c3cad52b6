import type { Role } from '@handfast/contract'
import { useQuery } from '@tanstack/react-query'
import { type CurrentSession, sessionQuery } from '../api/session.ts'

/** Whose console this is. Only pages behind the sign-in ask, and the router lets nobody in without a session. */
export function useSession(): CurrentSession | null {
  return useQuery(sessionQuery).data ?? null
}

export function useRole(...wanted: readonly Role[]): boolean {
  const roles = useSession()?.user.roles ?? []
  return wanted.some((role) => roles.includes(role))
}
