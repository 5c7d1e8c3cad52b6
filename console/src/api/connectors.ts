import type { ApprovalLevel, DirectoryDetail, DirectoryEntry, Levels, Page, Receipt, StandingApproval } from '@handfast/contract'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { ask, query } from './ask.ts'

export type { ApprovalLevel, DirectoryDetail, DirectoryEntry, Levels, Receipt, StandingApproval }

const at = (slug: string): `/${string}` => `/directory/${encodeURIComponent(slug)}`

export const directoryQuery = (enabled?: boolean) =>
  infiniteQueryOptions({
    queryKey: ['directory', enabled ?? false],
    queryFn: ({ pageParam, signal }) =>
      ask<Page<DirectoryEntry>>('GET', `/directory${query({ limit: 100, enabled, cursor: pageParam })}`, undefined, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })

/** @param language what the person chose to read; without it, what their browser likes */
export const connectorQuery = (slug: string, language?: string) => {
  const languages = (language === undefined ? navigator.languages : [language]).slice(0, 8).join(',')
  return queryOptions({
    queryKey: ['connector', slug, language ?? ''],
    queryFn: ({ signal }) => ask<DirectoryDetail>('GET', `${at(slug)}${query({ languages })}`, undefined, signal),
  })
}

/** What was on the screen is what is agreed to. */
export const enableConnector = ({ slug, privacyNotice, release }: DirectoryDetail) =>
  ask<unknown>('POST', `${at(slug)}/enable`, {
    noticeSha256: privacyNotice?.sha256 ?? '',
    ...(privacyNotice === null ? {} : { language: privacyNotice.language }),
    ...(release === null ? {} : { release: release.id }),
  })
export const receiptQuery = (slug: string, id: string) =>
  queryOptions({
    queryKey: ['receipt', slug, id],
    queryFn: ({ signal }) => ask<Receipt>('GET', `${at(slug)}/receipts/${encodeURIComponent(id)}`, undefined, signal),
  })
/** Destroys the keys and accounts that the person gave for a connector. */
export const forgetCredentials = (slug: string) => ask<void>('DELETE', `${at(slug)}/credential`)
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
