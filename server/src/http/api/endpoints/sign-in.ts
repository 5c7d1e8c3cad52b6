import {
  beginProvider,
  cameBack,
  currentSession,
  finishProvider,
  passkeyQuestion,
  passkeySignIn,
  prove,
  providerInPath,
  sentAway,
  signedOut,
  signInWays,
} from '@handfast/contract'
import { z } from 'zod'
import type { CameBack } from '../../../people/index.ts'
import type { Caller } from '../caller.ts'
import { type AnyEndpoint, type Exchange, endpoint } from '../endpoint.ts'
import { everybody, session } from '../policy.ts'
import type { PeopleRooms } from './rooms.ts'
import { acting } from './security.ts'
import { describeSession, enter, presentedSession } from './session.ts'

const STRANGER = 'whoever signs in is not known before'

/** Signing in without a password, and proving again who one is. */
export function signInEndpoints(rooms: PeopleRooms): readonly AnyEndpoint[] {
  const { people } = rooms
  const { security, providers } = people

  const away = async (caller: Caller, provider: string, purpose: 'link' | 'proof', exchange: Exchange) => {
    const of = { account: await people.account(caller.user), session: acting(caller) }
    const sent = await providers.begin(provider, { purpose }, caller, of)
    exchange.sendAway(sent.away)
    return { url: sent.url }
  }
  const back = async ({ purpose, next, session: started }: CameBack, exchange: Exchange) => {
    exchange.sendAway(null)
    if (started !== null) return { purpose, next, session: await enter(rooms, started, exchange) }
    return { purpose, next, session: await describeSession(rooms, await presentedSession(rooms, exchange), exchange) }
  }

  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/session/ways',
      summary: 'Providers through which people sign in here',
      policy: everybody('the sign-in page shows it'),
      ledger: { none: 'reading' },
      input: z.strictObject({}),
      output: signInWays,
      handle: async () => ({ providers: providers.providers.map(({ id, name }) => ({ id, name })) }),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/session/passkey/options',
      summary: 'What a browser needs to ask for a passkey, whoever it belongs to',
      policy: everybody(STRANGER),
      ledger: { none: 'nothing is kept until somebody signs in' },
      input: z.strictObject({}),
      output: passkeyQuestion,
      handle: async () => {
        const { step, options } = await security.beginPasskeySignIn()
        return { step, options: { ...options } }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/session/passkey',
      summary: 'Sign in with a passkey',
      policy: everybody(STRANGER),
      ledger: 'session.started',
      input: passkeySignIn,
      output: currentSession,
      handle: async (input, visitor, exchange) =>
        enter(rooms, await security.signInByPasskey(input as Parameters<typeof security.signInByPasskey>[0], visitor, exchange.presented), exchange),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/session/providers/{provider}',
      summary: 'Begin to sign in through a provider: where the browser goes now',
      policy: everybody(STRANGER),
      ledger: { none: 'nothing is kept until somebody signs in' },
      input: beginProvider,
      output: sentAway,
      handle: async ({ provider, next }, visitor, exchange) => {
        const sent = await providers.begin(provider, { purpose: 'sign-in', next }, visitor)
        exchange.sendAway(sent.away)
        return { url: sent.url }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/session/providers/{provider}/finish',
      summary: 'Come back from a provider, with the query of the address that it led to',
      policy: everybody(STRANGER),
      ledger: 'session.started',
      input: finishProvider,
      output: cameBack,
      handle: async ({ provider, answer }, visitor, exchange) => {
        const { presented } = exchange
        const held = presented === null ? null : await people.anySession(presented)
        return back(await providers.finish(provider, exchange.away, answer, visitor, { session: held, presented }), exchange)
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/session/proof/options',
      summary: 'What a browser needs to ask for one of your passkeys',
      policy: session(),
      ledger: { none: 'nothing is proven yet' },
      evenLacking: true,
      keepsAnswer: false,
      input: z.strictObject({}),
      output: passkeyQuestion,
      handle: async (_, caller) => {
        const { step, options } = await security.beginPasskeyProof(caller.user, acting(caller))
        return { step, options: { ...options } }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/session/proof',
      summary: 'Prove again that it is you, with password and code or with a passkey; it counts for ten minutes',
      policy: session(),
      ledger: 'session.proven',
      evenLacking: true,
      keepsAnswer: false,
      input: prove,
      output: currentSession,
      handle: async (input, caller, exchange) => {
        if ('step' in input) await security.proveByPasskey(caller.user, acting(caller), input as Parameters<typeof security.proveByPasskey>[2])
        else await people.proveByPassword(caller.user, acting(caller), input, caller)
        return describeSession(rooms, await presentedSession(rooms, exchange), exchange)
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/session/proof/{provider}',
      summary: 'Begin to prove through a provider that it is you: where the browser goes now',
      policy: session(),
      ledger: { none: 'nothing is proven until the browser comes back' },
      evenLacking: true,
      keepsAnswer: false,
      input: providerInPath,
      output: sentAway,
      handle: async ({ provider }, caller, exchange) => away(caller, provider, 'proof', exchange),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/me/identities/{provider}',
      summary: 'Begin to link a provider to your account: where the browser goes now',
      policy: session(),
      ledger: { none: 'nothing is linked until the browser comes back' },
      fresh: true,
      keepsAnswer: false,
      input: providerInPath,
      output: sentAway,
      handle: async ({ provider }, caller, exchange) => {
        await security.requireStrong(caller.user, caller)
        return away(caller, provider, 'link', exchange)
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/session/end',
      summary: 'Sign out, and learn where to sign out at the provider as well',
      policy: session(),
      ledger: 'session.ended',
      evenLacking: true,
      keepsAnswer: false,
      input: z.strictObject({}),
      output: signedOut,
      handle: async (_, caller, exchange) => {
        const url = await providers.endAddress(await presentedSession(rooms, exchange))
        await people.endSession(caller.user, caller.session ?? '')
        exchange.endSession()
        return { url }
      },
    }),
  ]
}
