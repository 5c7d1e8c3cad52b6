import type {
  ApprovalRequest,
  ApprovalRequestDetail,
  Group,
  IssuedLink,
  Member,
  MyPolicy,
  Page,
  PolicyVersion,
  PolicyView,
  Simulate,
  Simulation,
  Workspace,
} from '@handfast/contract'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { ask, query } from './ask.ts'

export type { ApprovalRequest, ApprovalRequestDetail, Group, Member, MyPolicy, PolicyVersion, PolicyView, Simulation, Workspace }

const at = (id: string) => `/workspaces/${encodeURIComponent(id)}` as const

export const workspacesQuery = queryOptions({
  queryKey: ['workspaces'],
  queryFn: ({ signal }) => ask<Page<Workspace>>('GET', '/workspaces?limit=200', undefined, signal),
})
export const workspaceQuery = (id: string) =>
  queryOptions({ queryKey: ['workspace', id], queryFn: ({ signal }) => ask<Workspace>('GET', at(id), undefined, signal) })
export const membersQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['workspace', id, 'members'],
    queryFn: ({ pageParam, signal }) => ask<Page<Member>>('GET', `${at(id)}/members${query({ limit: 100, cursor: pageParam })}`, undefined, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })
export const groupsQuery = (id: string) =>
  queryOptions({
    queryKey: ['workspace', id, 'groups'],
    queryFn: ({ signal }) => ask<{ items: readonly Group[] }>('GET', `${at(id)}/groups`, undefined, signal),
  })
export const policyQuery = (id: string) =>
  queryOptions({
    queryKey: ['workspace', id, 'policy'],
    queryFn: ({ signal }) => ask<PolicyView>('GET', `${at(id)}/policy`, undefined, signal),
    // Somebody may be writing in it: it is not taken from under their hands.
    refetchOnWindowFocus: false,
  })
export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['workspace', id, 'versions'],
    queryFn: ({ signal }) => ask<Page<PolicyVersion>>('GET', `${at(id)}/policy/versions?limit=50`, undefined, signal),
  })
export const myPolicyQuery = queryOptions({
  queryKey: ['my-policy'],
  queryFn: ({ signal }) => ask<MyPolicy>('GET', '/me/policy', undefined, signal),
})

export const createWorkspace = (name: string) => ask<Workspace>('POST', '/workspaces', { name })
export const inviteMember = (id: string, given: { name: string; email: string; owner: boolean }) =>
  ask<IssuedLink>('POST', `${at(id)}/members`, given)
export const setOwner = (id: string, user: string, owner: boolean) => ask<void>('PATCH', `${at(id)}/members/${user}`, { owner })
export const removeMember = (id: string, user: string) => ask<void>('DELETE', `${at(id)}/members/${user}`)
export const createGroup = (id: string, given: { name: string; title: string; claim: string | null }) => ask<void>('POST', `${at(id)}/groups`, given)
export const removeGroup = (id: string, name: string) => ask<void>('DELETE', `${at(id)}/groups/${name}`)
export const putInGroup = (id: string, name: string, user: string) => ask<void>('PUT', `${at(id)}/groups/${name}/members/${user}`)
export const takeFromGroup = (id: string, name: string, user: string) => ask<void>('DELETE', `${at(id)}/groups/${name}/members/${user}`)
export const changePolicy = (id: string, given: { policy: unknown; basedOn: number; note: string }) =>
  ask<PolicyView>('PUT', `${at(id)}/policy`, given)
export const restorePolicy = (id: string, version: number, basedOn: number) =>
  ask<PolicyView>('POST', `${at(id)}/policy/versions/${version}/restore`, { basedOn, note: `Version ${version} again.` })
export const acceptTools = (id: string, basedOn: number) => ask<PolicyView>('POST', `${at(id)}/policy/accept-tools`, { basedOn })
export const simulate = (given: Simulate) => ask<Simulation>('POST', '/policies/simulate', given)

/** Asked again every few seconds: a colleague's assistant stands and waits. */
export const requestsQuery = queryOptions({
  queryKey: ['approval-requests'],
  queryFn: ({ signal }) => ask<Page<ApprovalRequest>>('GET', '/approval-requests?limit=100', undefined, signal),
  refetchInterval: 10_000,
})
export const requestQuery = (id: string) =>
  queryOptions({
    queryKey: ['approval-request', id],
    queryFn: ({ signal }) => ask<ApprovalRequestDetail>('GET', `/approval-requests/${encodeURIComponent(id)}`, undefined, signal),
    // Each look is recorded, so the page looks once.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  })
export const decideRequest = (id: string, answer: { yes: boolean; reason?: string }) =>
  ask<void>('POST', `/approval-requests/${encodeURIComponent(id)}/decision`, answer)
