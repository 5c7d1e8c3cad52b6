import type { BundleView, DeveloperView, Page } from '@handfast/contract'
import { queryOptions } from '@tanstack/react-query'
import { ask, query } from './ask.ts'

export type { BundleView, DeveloperView }

export const termsQuery = queryOptions({
  queryKey: ['terms'],
  queryFn: ({ signal }) => ask<BundleView>('GET', '/terms', undefined, signal),
})

export const developersQuery = queryOptions({
  queryKey: ['developers'],
  queryFn: ({ signal }) => ask<{ readonly items: readonly DeveloperView[] }>('GET', '/developers', undefined, signal),
})
export const createDeveloper = (name: string, country: string) => ask<DeveloperView>('POST', '/developers', { name, country })

export type Acceptance = {
  readonly id: string
  readonly at: string
  readonly documents: readonly { readonly document: string; readonly sha256: string }[]
}
/** All of them, page by page: which documents were accepted is a question about each. */
async function everyAcceptance(developer: string, signal: AbortSignal): Promise<{ readonly items: readonly Acceptance[] }> {
  const items: Acceptance[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const path = `/developers/${encodeURIComponent(developer)}/acceptances${query({ limit: 100, cursor })}` as const
    const page: Page<Acceptance> = await ask<Page<Acceptance>>('GET', path, undefined, signal)
    items.push(...page.items)
    cursor = page.nextCursor
  }
  return { items }
}

export const acceptancesQuery = (developer: string) =>
  queryOptions({
    queryKey: ['acceptances', developer],
    queryFn: ({ signal }) => everyAcceptance(developer, signal),
    enabled: developer !== '',
  })

/** Accepts exactly the documents that were on the screen. */
export const acceptTerms = (developer: string, bundle: BundleView) =>
  ask<Acceptance>('POST', '/acceptances', {
    developer,
    documents: Object.fromEntries(bundle.documents.map(({ document, sha256 }) => [document, sha256])),
    authorityAttested: true,
  })
