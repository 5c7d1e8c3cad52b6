import type { AccessToken, Assistant, CreatedToken, CreateToken, Page } from '@handfast/contract'
import { queryOptions } from '@tanstack/react-query'
import { ask } from './ask.ts'

export type { AccessToken, CreatedToken, CreateToken }

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => ask<Page<AccessToken>>('GET', '/tokens?limit=200', undefined, signal),
})
export const assistantsQuery = queryOptions({
  queryKey: ['assistants'],
  queryFn: ({ signal }) => ask<Page<Assistant>>('GET', '/assistants?limit=200', undefined, signal),
})
export const createToken = (given: CreateToken) => ask<CreatedToken>('POST', '/tokens', given)
export const revokeToken = (id: string) => ask<void>('DELETE', `/tokens/${encodeURIComponent(id)}`)
