import type { Approval, ApprovalDetail, Page } from '@handfast/contract'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { ask, query } from './ask.ts'

export type { Approval, ApprovalDetail }
export type Answer =
  | { readonly yes: false }
  | { readonly yes: true; readonly lasting: 'once' | 'hour' }
  | { readonly yes: true; readonly lasting: 'while'; readonly pointers: readonly string[] }

/** Asked again every few seconds: an assistant stands and waits. */
export const waitingQuery = queryOptions({
  queryKey: ['approvals', 'waiting'],
  queryFn: ({ signal }) => ask<Page<Approval>>('GET', '/approvals?open=true&limit=100', undefined, signal),
  refetchInterval: 5_000,
})

export const allApprovalsQuery = infiniteQueryOptions({
  queryKey: ['approvals', 'all'],
  queryFn: ({ pageParam, signal }) => ask<Page<Approval>>('GET', `/approvals${query({ limit: 50, cursor: pageParam })}`, undefined, signal),
  initialPageParam: '',
  getNextPageParam: (page) => page.nextCursor,
})

export const approvalQuery = (id: string) =>
  queryOptions({
    queryKey: ['approval', id],
    queryFn: ({ signal }) => ask<ApprovalDetail>('GET', `/approvals/${encodeURIComponent(id)}`, undefined, signal),
    refetchInterval: ({ state }) => (state.data?.state === 'waiting' || state.data?.state === 'approved' ? 4_000 : false),
  })

export const decide = (id: string, answer: Answer) => ask<unknown>('POST', `/approvals/${encodeURIComponent(id)}/decision`, answer)
