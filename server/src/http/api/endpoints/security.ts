import {
  account,
  addedPasskey,
  addPasskey,
  changeEmail,
  changeMe,
  confirmedTotp,
  confirmTotp,
  newTotp,
  passkeyInPath,
  passkeyQuestion,
  recoveryCodes,
  renamePasskey,
  waysIn,
} from '@handfast/contract'
import { z } from 'zod'
import { rfc3339 } from '../../../lib/index.ts'
import type { Passkey } from '../../../people/index.ts'
import type { Caller } from '../caller.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { session } from '../policy.ts'
import { SessionOverError } from '../request-errors.ts'
import type { PeopleRooms } from './rooms.ts'
import { accountView } from './views.ts'

/** The session in which something is changed. The command line has none: these are for people in front of a browser. */
export function acting({ session: hash, strong }: Caller) {
  if (hash === null) throw new SessionOverError()
  return { hash, strong }
}

const passkeyView = ({ id, name, createdAt, lastUsedAt, synced }: Passkey) => ({
  id,
  name,
  createdAt: rfc3339(createdAt),
  lastUsedAt: lastUsedAt === null ? null : rfc3339(lastUsedAt),
  synced,
})

/** What opens one's own account, and how one is called. Everything that changes it asks for a fresh proof. */
export function securityEndpoints({ people }: PeopleRooms): readonly AnyEndpoint[] {
  const { security } = people
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/me/ways-in',
      summary: 'What opens your account',
      policy: session(),
      ledger: { none: 'reading' },
      input: z.strictObject({}),
      output: waysIn,
      evenLacking: true,
      handle: async (_, { user, roles }) => {
        const found = await security.waysIn(user)
        return {
          hasPassword: found.hasPassword,
          totpSince: found.totpSince === null ? null : rfc3339(found.totpSince),
          passkeys: found.passkeys.map(passkeyView),
          recoveryCodesLeft: found.recoveryCodesLeft,
          identities: found.identities.map((one) => ({
            ...one,
            createdAt: rfc3339(one.createdAt),
            lastUsedAt: one.lastUsedAt === null ? null : rfc3339(one.lastUsedAt),
          })),
          needsSecondFactor: people.needsSecondFactor(roles),
        }
      },
    }),
    endpoint({
      method: 'PATCH',
      path: '/api/v1/me',
      summary: 'Change how you are called',
      policy: session(),
      ledger: 'user.changed',
      input: changeMe,
      output: account,
      handle: async (input, { user }) => accountView(await people.changeSelf(user, input)),
    }),
    endpoint({
      method: 'PUT',
      path: '/api/v1/me/email',
      summary: 'Change the address that you sign in with',
      policy: session(),
      ledger: 'user.changed',
      fresh: true,
      input: changeEmail,
      output: account,
      handle: async (input, caller) => {
        await security.requireStrong(caller.user, caller)
        return accountView(await people.changeSelf(caller.user, input))
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/me/passkeys/options',
      summary: 'What a browser needs to make a passkey for you',
      policy: session(),
      ledger: { none: 'nothing is kept until the browser answers' },
      fresh: true,
      evenLacking: true,
      keepsAnswer: false,
      input: z.strictObject({}),
      output: passkeyQuestion,
      handle: async (_, caller) => {
        const { step, options } = await security.beginPasskey(caller.user, acting(caller))
        return { step, options: { ...options } }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/me/passkeys',
      summary: 'Add the passkey that the browser made. With the first factor come recovery codes, shown once',
      policy: session(),
      ledger: 'factor.added',
      fresh: true,
      evenLacking: true,
      keepsAnswer: false,
      input: addPasskey,
      output: addedPasskey,
      status: 201,
      handle: async (input, caller) => {
        const added = await security.addPasskey(caller.user, acting(caller), input as Parameters<typeof security.addPasskey>[2])
        return { passkey: passkeyView(added.added), recoveryCodes: added.recoveryCodes === null ? null : [...added.recoveryCodes] }
      },
    }),
    endpoint({
      method: 'PATCH',
      path: '/api/v1/me/passkeys/{id}',
      summary: 'Give one of your passkeys another name',
      policy: session(),
      ledger: 'factor.changed',
      input: renamePasskey,
      output: z.void(),
      handle: async ({ id, name }, { user }) => security.renamePasskey(user, id, name),
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/me/passkeys/{id}',
      summary: 'Remove one of your passkeys, unless it is your only way in',
      policy: session(),
      ledger: 'factor.removed',
      fresh: true,
      input: passkeyInPath,
      output: z.void(),
      handle: async ({ id }, caller) => security.removePasskey(caller.user, acting(caller), id),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/me/totp',
      summary: 'A secret for an authenticator app, shown once; it counts after its first code',
      policy: session(),
      ledger: { none: 'it counts for nothing until it is confirmed' },
      fresh: true,
      evenLacking: true,
      keepsAnswer: false,
      input: z.strictObject({}),
      output: newTotp,
      handle: async (_, caller) => security.beginTotp(caller.user, acting(caller)),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/me/totp/confirm',
      summary: 'Confirm an authenticator app with a code. With the first factor come recovery codes, shown once',
      policy: session(),
      ledger: 'factor.added',
      fresh: true,
      evenLacking: true,
      keepsAnswer: false,
      input: confirmTotp,
      output: confirmedTotp,
      handle: async ({ code }, caller) => {
        const codes = await security.confirmTotp(caller.user, acting(caller), code)
        return { recoveryCodes: codes === null ? null : [...codes] }
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/me/totp',
      summary: 'Remove your authenticator app',
      policy: session(),
      ledger: 'factor.removed',
      fresh: true,
      input: z.strictObject({}),
      output: z.void(),
      handle: async (_, caller) => security.removeTotp(caller.user, acting(caller)),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/me/recovery-codes',
      summary: 'New recovery codes, shown once; those from before stop working',
      policy: session(),
      ledger: 'recovery.prepared',
      fresh: true,
      keepsAnswer: false,
      input: z.strictObject({}),
      output: recoveryCodes,
      handle: async (_, caller) => ({ codes: [...(await security.makeRecoveryCodes(caller.user, acting(caller)))] }),
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/me/identities/{id}',
      summary: 'Stop a provider from opening your account, unless it is your only way in',
      policy: session(),
      ledger: 'identity.unlinked',
      fresh: true,
      input: passkeyInPath,
      output: z.void(),
      handle: async ({ id }, caller) => security.removeIdentity(caller.user, acting(caller), id),
    }),
  ]
}
