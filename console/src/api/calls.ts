import type { Call, CallDetail, CallState, Page } from '@handfast/contract'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { ask, query } from './ask.ts'

export type { Call, CallDetail, CallState }
export type CallFilter = { readonly connector?: string | undefined; readonly state?: CallState | undefined }

export const callsQuery = ({ connector, state }: CallFilter, limit = 50) =>
  infiniteQueryOptions({
    queryKey: ['calls', connector ?? '', state ?? '', limit],
    queryFn: ({ pageParam, signal }) => ask<Page<Call>>('GET', `/calls${query({ limit, connector, state, cursor: pageParam })}`, undefined, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })

export const callQuery = (id: string) =>
  queryOptions({
    queryKey: ['call', id],
    queryFn: ({ signal }) => ask<CallDetail>('GET', `/calls/${encodeURIComponent(id)}`, undefined, signal),
    refetchInterval: ({ state }) => (state.data?.state === 'sent' ? 3_000 : false),
  })

/** Every state, in the order in which people look for them. */
export const states: readonly CallState[] = ['answered', 'tool-error', 'failed', 'refused', 'cancelled', 'unknown', 'sent']

/** What a state means, short. */
export const stateWords: Readonly<Record<CallState, string>> = {
  sent: 'Under way',
  answered: 'Answered',
  'tool-error': 'Tool error',
  failed: 'Failed',
  refused: 'Refused',
  cancelled: 'Cancelled',
  unknown: 'Unknown',
}
