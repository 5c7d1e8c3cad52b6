import type {
  Account,
  AddedPasskey,
  CameBackView,
  ConfirmedTotp,
  CurrentSession,
  NewTotpView,
  PasskeyQuestion,
  PasskeyView,
  RecoveryCodes,
  SentAway,
  SignedOut,
  SignInWays,
  WaysInView,
} from '@handfast/contract'
import type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser'
import { queryOptions } from '@tanstack/react-query'
import { ask } from './ask.ts'

export type { CameBackView, PasskeyView, WaysInView }

export const waysInQuery = queryOptions({
  queryKey: ['ways-in'],
  queryFn: ({ signal }) => ask<WaysInView>('GET', '/me/ways-in', undefined, signal),
})
export const signInWaysQuery = queryOptions({
  queryKey: ['sign-in-ways'],
  queryFn: ({ signal }) => ask<SignInWays>('GET', '/session/ways', undefined, signal),
  staleTime: 60_000,
})

/** Loaded when somebody uses one: most visits do without. */
const webauthn = () => import('@simplewebauthn/browser')

async function answerOf(question: PasskeyQuestion) {
  const { startAuthentication } = await webauthn()
  const optionsJSON = question.options as unknown as PublicKeyCredentialRequestOptionsJSON
  return { step: question.step, response: await startAuthentication({ optionsJSON }) }
}

export async function signInByPasskey(): Promise<CurrentSession> {
  return ask('POST', '/session/passkey', await answerOf(await ask('POST', '/session/passkey/options', {})))
}
export async function proveByPasskey(): Promise<CurrentSession> {
  return ask('POST', '/session/proof', await answerOf(await ask('POST', '/session/proof/options', {})))
}
export const proveByPassword = (given: { password: string; code?: string }) => ask<CurrentSession>('POST', '/session/proof', given)
export const proveByProvider = (id: string) => ask<SentAway>('POST', `/session/proof/${encodeURIComponent(id)}`, {})

export async function addPasskey(name: string): Promise<AddedPasskey> {
  const question = await ask<PasskeyQuestion>('POST', '/me/passkeys/options', {})
  const { startRegistration } = await webauthn()
  const response = await startRegistration({ optionsJSON: question.options as unknown as PublicKeyCredentialCreationOptionsJSON })
  return ask('POST', '/me/passkeys', { step: question.step, name, response })
}
export const renamePasskey = (id: string, name: string) => ask<void>('PATCH', `/me/passkeys/${encodeURIComponent(id)}`, { name })
export const removePasskey = (id: string) => ask<void>('DELETE', `/me/passkeys/${encodeURIComponent(id)}`)
export const beginTotp = () => ask<NewTotpView>('POST', '/me/totp', {})
export const confirmTotp = (code: string) => ask<ConfirmedTotp>('POST', '/me/totp/confirm', { code })
export const removeTotp = () => ask<void>('DELETE', '/me/totp')
export const makeRecoveryCodes = () => ask<RecoveryCodes>('POST', '/me/recovery-codes', {})
export const beginLink = (provider: string) => ask<SentAway>('POST', `/me/identities/${encodeURIComponent(provider)}`, {})
export const removeIdentity = (id: string) => ask<void>('DELETE', `/me/identities/${encodeURIComponent(id)}`)

export const beginProvider = (id: string, next?: string) =>
  ask<SentAway>('POST', `/session/providers/${encodeURIComponent(id)}`, next === undefined ? {} : { next })
export const finishProvider = (id: string, answer: string) =>
  ask<CameBackView>('POST', `/session/providers/${encodeURIComponent(id)}/finish`, { answer })
export const endEverywhere = () => ask<SignedOut>('POST', '/session/end', {})

export const changeName = (name: string) => ask<Account>('PATCH', '/me', { name })
export const changeEmail = (email: string) => ask<Account>('PUT', '/me/email', { email })

/** Whether this browser can make and use passkeys at this address: they need a host name, not a bare address. */
export function canUsePasskeys(): boolean {
  return typeof PublicKeyCredential !== 'undefined' && !/^[\d.]+$|^\[/.test(location.hostname)
}

/** What a browser says when the person closed its dialog, or it found nothing, in words. */
export function passkeyTrouble(error: unknown): string | null {
  const { name, cause } = error as { readonly name?: unknown; readonly cause?: { readonly name?: unknown } }
  const said = [name, cause?.name]
  if (said.includes('NotAllowedError') || said.includes('AbortError'))
    return 'The browser found no passkey for this site, or you closed its question. Nothing was changed.'
  if (said.includes('InvalidStateError')) return 'This device holds a passkey of yours already.'
  if (said.includes('SecurityError')) return `Passkeys do not work at this address. Open this Handfast by its public address.`
  return null
}
