import type { ApprovalLevel, DirectoryDetail, DirectoryEntry, Levels, Page, StandingApproval } from '@handfast/contract'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { ask, query } from './ask.ts'

export type { ApprovalLevel, DirectoryDetail, DirectoryEntry, Levels, StandingApproval }

const at = (slug: string): `/${string}` => `/directory/${encodeURIComponent(slug)}`

export const directoryQuery = (enabled?: boolean) =>
  infiniteQueryOptions({
    queryKey: ['directory', enabled ?? false],
    queryFn: ({ pageParam, signal }) =>
      ask<Page<DirectoryEntry>>('GET', `/directory${query({ limit: 100, enabled, cursor: pageParam })}`, undefined, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })

export const connectorQuery = (slug: string) =>
  queryOptions({
    queryKey: ['connector', slug],
    queryFn: ({ signal }) => ask<DirectoryDetail>('GET', at(slug), undefined, signal),
  })

export const enableConnector = (slug: string, noticeSha256: string) => ask<unknown>('POST', `${at(slug)}/enable`, { noticeSha256 })
export const disableConnector = (slug: string) => ask<unknown>('POST', `${at(slug)}/disable`, {})

export const levelsQuery = queryOptions({
  queryKey: ['levels'],
  queryFn: ({ signal }) => ask<Levels>('GET', '/me/levels', undefined, signal),
})
/** Without a connector: the default. Null: back to what holds without a choice. */
export const changeLevel = (level: ApprovalLevel | null, connector?: string) =>
  ask<unknown>('PUT', '/me/levels', { level, ...(connector === undefined ? {} : { connector }) })

export const standingQuery = queryOptions({
  queryKey: ['standing'],
  queryFn: ({ signal }) => ask<Page<StandingApproval>>('GET', '/standing-approvals?limit=200', undefined, signal),
})
export const takeBack = (id: string) => ask<void>('DELETE', `/standing-approvals/${encodeURIComponent(id)}`)
