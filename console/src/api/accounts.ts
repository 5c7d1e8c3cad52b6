import type { BegunSignIn, ConnectPage, FinishedSignIn, LinkedAccount, Page, SignInPlace, UnlinkedAccount } from '@handfast/contract'
import { queryOptions } from '@tanstack/react-query'
import { ask, query } from './ask.ts'

export type { ConnectPage, FinishedSignIn, LinkedAccount, SignInPlace, UnlinkedAccount }

const at = (slug: string): `/${string}` => `/directory/${encodeURIComponent(slug)}`
const one = (id: string): `/${string}` => `/accounts/${encodeURIComponent(id)}`

/** Where and for what an account is linked. */
export type LinkWish = { readonly page?: string; readonly account?: string; readonly label?: string; readonly chooseAccount?: boolean }

export const allAccountsQuery = queryOptions({
  queryKey: ['accounts'],
  queryFn: ({ signal }) => ask<Page<LinkedAccount>>('GET', '/me/accounts', undefined, signal),
})
export const accountsQuery = (slug: string) =>
  queryOptions({
    queryKey: ['accounts', slug],
    queryFn: ({ signal }) => ask<Page<LinkedAccount>>('GET', `${at(slug)}/accounts`, undefined, signal),
  })
export const signInPlaceQuery = (slug: string, wish: Pick<LinkWish, 'page' | 'account'>) =>
  queryOptions({
    queryKey: ['sign-in-place', slug, wish.page ?? '', wish.account ?? ''],
    queryFn: ({ signal }) => ask<SignInPlace>('GET', `${at(slug)}/sign-in${query({ page: wish.page, account: wish.account })}`, undefined, signal),
  })
export const connectPageQuery = (id: string) =>
  queryOptions({
    queryKey: ['connect', id],
    queryFn: ({ signal }) => ask<ConnectPage>('GET', `/connect/${encodeURIComponent(id)}`, undefined, signal),
  })

export const beginSignIn = (slug: string, wish: LinkWish) => ask<BegunSignIn>('POST', `${at(slug)}/sign-in`, wish)
export const finishSignIn = (path: string, search: URLSearchParams) => {
  const brought = ['state', 'code', 'iss', 'error'].flatMap((name) => {
    const value = search.get(name)
    return value === null ? [] : [[name, value]]
  })
  return ask<FinishedSignIn>('POST', '/sign-ins/return', { path, ...Object.fromEntries(brought) })
}
export const giveAccountKey = (slug: string, secret: string, wish: LinkWish) => {
  const { chooseAccount: _, ...place } = wish
  return ask<LinkedAccount>('POST', `${at(slug)}/accounts`, { secret, ...place })
}
export const changeAccount = (id: string, wish: { readonly label?: string | null; readonly isDefault?: true }) =>
  ask<LinkedAccount>('PATCH', one(id), wish)
export const testAccount = (id: string) => ask<LinkedAccount>('POST', `${one(id)}/test`, {})
export const removeAccount = (id: string) => ask<UnlinkedAccount>('DELETE', one(id))
export const declinePage = (id: string) => ask<void>('POST', `/connect/${encodeURIComponent(id)}/decline`, {})

/** What people call an account. */
export function accountName({ label, identity }: Pick<LinkedAccount, 'label' | 'identity'>): string {
  return label ?? identity ?? 'Account without a name'
}
