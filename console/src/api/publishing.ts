import type {
  AttestationId,
  ConnectorDetail,
  ConnectorSummary,
  CredentialState,
  ReleaseDetail as Described,
  ManifestInput,
  NoticeFinding,
  Page,
  ReleaseContent,
  SubmittedRelease,
} from '@handfast/contract'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { ask, query } from './ask.ts'

export type { AttestationId, ConnectorDetail, ConnectorSummary, ManifestInput, NoticeFinding, ReleaseContent, SubmittedRelease }

/** What the machine found in a release. `blocks`: it cannot be approved like this. */
export type Finding = SubmittedRelease['findings'][number]
export type ReleaseDetail = Omit<Described, 'content'> & { readonly content: ReleaseContent }

export type Steering = 'suspend' | 'reinstate' | 'remove'

const at = (slug: string): `/${string}` => `/connectors/${encodeURIComponent(slug)}`

export const publishedQuery = infiniteQueryOptions({
  queryKey: ['published'],
  queryFn: ({ pageParam, signal }) => ask<Page<ConnectorSummary>>('GET', `/connectors${query({ limit: 100, cursor: pageParam })}`, undefined, signal),
  initialPageParam: '',
  getNextPageParam: (page) => page.nextCursor,
})

export const publishedOneQuery = (slug: string) =>
  queryOptions({
    queryKey: ['published', slug],
    queryFn: ({ signal }) => ask<ConnectorDetail>('GET', at(slug), undefined, signal),
  })

export const releaseQuery = (slug: string, number: string) =>
  queryOptions({
    queryKey: ['published', slug, number],
    queryFn: ({ signal }) => ask<ReleaseDetail>('GET', `${at(slug)}/releases/${encodeURIComponent(number)}`, undefined, signal),
  })

export const steer = (slug: string, verb: Steering, reason: string) => ask<ConnectorSummary>('POST', `${at(slug)}/${verb}`, { reason })

export type NewConnector = { readonly developer: string; readonly slug: string; readonly kind: 'mcp' | 'openapi'; readonly name: string }
export const createConnector = (connector: NewConnector) => ask<ConnectorSummary>('POST', '/connectors', connector)
export type NewRelease = {
  readonly manifest: ManifestInput
  readonly document?: string
  readonly key?: string
  readonly attests?: readonly AttestationId[]
  readonly reviewerKey?: string
}
export const submitRelease = (slug: string, release: NewRelease) => ask<SubmittedRelease>('POST', `${at(slug)}/releases`, release)

/** The key that calls of everybody use who gave none of their own. */
export const giveSharedKey = (slug: string, secret: string) => ask<CredentialState>('PUT', `${at(slug)}/shared-credential`, { secret })
export const destroySharedKey = (slug: string) => ask<void>('DELETE', `${at(slug)}/shared-credential`)

export const noticeFindingsQuery = queryOptions({
  queryKey: ['notice-findings'],
  queryFn: ({ signal }) => ask<Page<NoticeFinding>>('GET', '/notice-findings?limit=200', undefined, signal),
})
export const decideNotice = (id: string, decision: 'same' | 'ask-again', reason: string) =>
  ask<void>('POST', `/notice-findings/${encodeURIComponent(id)}/decision`, { decision, reason })
