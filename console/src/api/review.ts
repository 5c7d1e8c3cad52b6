import type { AppealView, ConnectorStateView, DecidedRelease, Page, ProbeRunView, QueueEntry, ReleaseDetail } from '@handfast/contract'
import { queryOptions } from '@tanstack/react-query'
import { ask } from './ask.ts'

export type { AppealView, ConnectorStateView, ProbeRunView, QueueEntry }
export type Verdict = 'approve' | 'request-changes' | 'reject'

/** What the pages read of the evidence of probes; the server has more. */
export type Evidence = {
  readonly transport: { readonly answered: boolean; readonly failure: string | null } | null
  readonly handshake: { readonly succeeded: boolean; readonly failure: string | null; readonly version: string | null } | null
  readonly hostile: { readonly wrongAudience: string; readonly badInput: readonly { readonly tool: string; readonly outcome: string }[] } | null
  readonly cases: readonly { readonly name: string; readonly outcome: 'as-expected' | 'otherwise' | 'not-run'; readonly why: string | null }[]
  readonly skipped: readonly { readonly probe: string; readonly why: string }[]
}
export type Probes = { readonly items: readonly ProbeRunView[]; readonly evidence: Evidence | null }

const connector = (slug: string): `/${string}` => `/connectors/${encodeURIComponent(slug)}`
const release = (slug: string, number: number): `/${string}` => `${connector(slug)}/releases/${number}`

export const queueQuery = queryOptions({
  queryKey: ['review', 'queue'],
  queryFn: ({ signal }) => ask<Page<QueueEntry>>('GET', '/review/queue?limit=200', undefined, signal),
})
export const appealsQuery = queryOptions({
  queryKey: ['review', 'appeals'],
  queryFn: ({ signal }) => ask<Page<AppealView>>('GET', '/review/appeals?limit=200', undefined, signal),
})
export const appealsOfQuery = (slug: string) =>
  queryOptions({
    queryKey: ['review', 'appeals', slug],
    queryFn: ({ signal }) => ask<{ readonly items: readonly AppealView[] }>('GET', `${connector(slug)}/appeals`, undefined, signal),
  })
export const stateQuery = (slug: string) =>
  queryOptions({
    queryKey: ['review', 'state', slug],
    queryFn: ({ signal }) => ask<ConnectorStateView>('GET', `${connector(slug)}/state`, undefined, signal),
  })
export const probesQuery = (slug: string, number: number) =>
  queryOptions({
    queryKey: ['review', 'probes', slug, number],
    queryFn: ({ signal }) => ask<Probes>('GET', `${release(slug, number)}/probes`, undefined, signal),
    // A run under way tells how far it is.
    refetchInterval: ({ state }) => (state.data?.items.some((one) => one.state === 'queued' || one.state === 'running') === true ? 2_000 : false),
  })

/** The digest says which release was on the screen. */
export const decideRelease = (slug: string, { number, digest }: Pick<ReleaseDetail, 'number' | 'digest'>, decision: Verdict, reason: string) =>
  ask<DecidedRelease>('POST', `${release(slug, number)}/decision`, { decision, digest, reason })
export const claimRelease = (slug: string, number: number) => ask<ReleaseDetail>('POST', `${release(slug, number)}/claim`, {})
export const giveBackRelease = (slug: string, number: number) => ask<void>('DELETE', `${release(slug, number)}/claim`)
export const withdrawRelease = (slug: string, number: number, reason: string) => ask<void>('POST', `${release(slug, number)}/withdraw`, { reason })
export const dismissFinding = (slug: string, number: number, finding: string, reason: string) =>
  ask<ReleaseDetail>('POST', `${release(slug, number)}/dismissals`, { finding, reason })
export const askForProbes = (slug: string, number: number) => ask<ProbeRunView>('POST', `${release(slug, number)}/probes`, {})
export const makeAppeal = (slug: string, decision: string, reason: string) =>
  ask<AppealView>('POST', `${connector(slug)}/appeals`, { decision, reason })
export const answerAppeal = (slug: string, id: string, grant: boolean, reason: string) =>
  ask<AppealView>('POST', `${connector(slug)}/appeals/${encodeURIComponent(id)}/answer`, { grant, reason })
