import type { BundleView, DeveloperView } from '@handfast/contract'
import { queryOptions } from '@tanstack/react-query'
import { ask } from './ask.ts'

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
export const acceptancesQuery = (developer: string) =>
  queryOptions({
    queryKey: ['acceptances', developer],
    queryFn: ({ signal }) =>
      ask<{ readonly items: readonly Acceptance[] }>('GET', `/developers/${encodeURIComponent(developer)}/acceptances`, undefined, signal),
    enabled: developer !== '',
  })

/** Accepts exactly the documents that were on the screen. */
export const acceptTerms = (developer: string, bundle: BundleView) =>
  ask<Acceptance>('POST', '/acceptances', {
    developer,
    documents: Object.fromEntries(bundle.documents.map(({ document, sha256 }) => [document, sha256])),
    authorityAttested: true,
  })
