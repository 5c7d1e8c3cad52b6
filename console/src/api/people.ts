import type { Account, IssuedLink, Page, Role } from '@handfast/contract'
import { infiniteQueryOptions } from '@tanstack/react-query'
import { ask, query } from './ask.ts'

export type { Account, IssuedLink, Role }

/** In the order in which the server names them. */
export const allRoles: readonly Role[] = ['user', 'developer', 'reviewer', 'auditor', 'operator']

export const peopleQuery = infiniteQueryOptions({
  queryKey: ['people'],
  queryFn: ({ pageParam, signal }) => ask<Page<Account>>('GET', `/users${query({ limit: 100, cursor: pageParam })}`, undefined, signal),
  initialPageParam: '',
  getNextPageParam: (page) => page.nextCursor,
})
export const invite = (given: { name: string; email: string; roles: readonly Role[] }) => ask<IssuedLink>('POST', '/users', given)
export const newLink = (id: string) => ask<IssuedLink>('POST', `/users/${encodeURIComponent(id)}/link`, {})
export const resetSecondFactor = (id: string) => ask<void>('DELETE', `/users/${encodeURIComponent(id)}/second-factor`)
export const endSessionsOf = (id: string) => ask<void>('DELETE', `/users/${encodeURIComponent(id)}/sessions`)
export const changePerson = (id: string, change: { roles?: readonly Role[]; disabled?: boolean }) =>
  ask<Account>('PATCH', `/users/${encodeURIComponent(id)}`, change)
