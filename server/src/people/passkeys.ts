import type {
  AuthenticationResponseJSON,
  AuthenticatorTransport,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { record } from '../ledger/index.ts'
import { newId, type UserId } from '../lib/index.ts'
import type { Write } from '../storage/index.ts'
import type { UserAccount } from './account.ts'
import type { PeopleParts } from './parts.ts'
import { addingPasskey, type KeptPasskey, type Passkey, passkeyByCredential, passkeysOf, usingPasskey } from './passkey-store.ts'
import { FactorExistsError, PasskeyFailedError, StepOverError } from './people-errors.ts'
import { proven } from './sign-in.ts'
import type { StepKind } from './steps.ts'
import type { SessionOf, Source, StartedSession } from './web-sessions.ts'

/** More than anybody carries. */
export const MOST_PASSKEYS = 20

export type PasskeyCreation = { readonly step: string; readonly options: PublicKeyCredentialCreationOptionsJSON }
export type PasskeyRequest = { readonly step: string; readonly options: PublicKeyCredentialRequestOptionsJSON }
/** What the browser answered, with the step that it answers. */
export type PasskeyAnswer<Response> = { readonly step: string; readonly response: Response }
type Challenge = { readonly challenge: string; readonly user?: UserId; readonly session?: string }

// Loaded at first use: it brings decoders of certificates along.
const library = () => import('@simplewebauthn/server')

/**
 * What a browser needs to make a passkey: one that names its account by itself, made after the authenticator has checked the person.
 * @throws FactorExistsError where there are very many
 */
export async function beginPasskey(parts: PeopleParts, account: UserAccount, session: Pick<SessionOf, 'hash'>): Promise<PasskeyCreation> {
  const { generateRegistrationOptions } = await library()
  const own = await passkeysOf(parts.storage, account)
  if (own.length >= MOST_PASSKEYS) throw new FactorExistsError(`There are ${MOST_PASSKEYS} passkeys already. Remove one that you do not use first.`)
  const options = await generateRegistrationOptions({
    rpName: parts.siteName(),
    rpID: site(parts).id,
    userName: account.email,
    userDisplayName: account.name,
    userID: new Uint8Array(Buffer.from(account.id)),
    attestationType: 'none',
    excludeCredentials: own.map((key) => ({ id: key.credential, transports: [...key.transports] })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  return { step: parts.steps.make('passkey-add', { challenge: options.challenge, user: account.id, session: session.hash }), options }
}

/**
 * The passkey that the browser made, and the statements that make it count.
 * @throws StepOverError, PasskeyFailedError; FactorExistsError from the transaction
 */
export async function addingNewPasskey(
  parts: PeopleParts,
  account: UserAccount,
  session: Pick<SessionOf, 'hash'>,
  given: PasskeyAnswer<RegistrationResponseJSON> & { readonly name: string },
): Promise<{ readonly passkey: Passkey; readonly writes: readonly Write[] }> {
  const { content, spend } = parts.steps.open<Challenge>('passkey-add', given.step)
  if (content.user !== account.id || content.session !== session.hash) throw new StepOverError('other-session')
  const { verifyRegistrationResponse } = await library()
  const { id, origin } = site(parts)
  await refuseCertificates(given.response)
  const verified = await verifyRegistrationResponse({
    response: given.response,
    expectedChallenge: content.challenge,
    expectedOrigin: origin,
    expectedRPID: id,
    requireUserVerification: true,
  }).catch(failed)
  if (!verified.verified) throw new PasskeyFailedError('not verified')
  const { credential, credentialBackedUp } = verified.registrationInfo
  const now = parts.clock.now()
  const passkey: KeptPasskey = {
    id: newId('psk', now),
    name: given.name,
    createdAt: now,
    lastUsedAt: null,
    synced: credentialBackedUp,
    credential: credential.id,
    user: account.id,
    workspace: account.workspace,
    publicKey: new Uint8Array(credential.publicKey),
    counter: credential.counter,
    transports: credential.transports ?? [],
  }
  return {
    passkey,
    writes: [
      spend,
      addingPasskey(parts.storage, passkey),
      record(parts.storage.db, {
        event: 'factor.added',
        workspace: account.workspace,
        subject: account.id,
        by: account.id,
        at: now,
        facts: { kind: 'passkey', passkey: passkey.id },
      }),
    ],
  }
}

/** What a browser needs to ask for a passkey, whoever it belongs to: no name is typed, and none is told. @throws TooManyAttemptsError */
export async function beginPasskeySignIn(parts: PeopleParts): Promise<PasskeyRequest> {
  return requestOf(parts, 'passkey-sign-in', {})
}

/**
 * Somebody signs in with a passkey.
 * @throws PasskeyFailedError, StepOverError, TooManyAttemptsError
 */
export async function signInByPasskey(
  parts: PeopleParts,
  given: PasskeyAnswer<AuthenticationResponseJSON>,
  source: Source,
  previous: string | null,
): Promise<StartedSession> {
  const { storage, clock, accounts, attempts, sessions } = parts
  const counted = await attempts.takeUnnamed(source.address)
  const { key, writes: using } = await verified(parts, 'passkey-sign-in', given, () => true)
  const account = await accounts.byId(key.workspace, key.user)
  if (account === null || account.disabledAt !== null) throw new PasskeyFailedError('disabled')
  const now = clock.now()
  const { writes, ...session } = sessions.begin(account.id, account.workspace, source, { method: 'passkey', strong: true }, now)
  await storage.write([...using, ...counted.settled, ...sessions.replace(previous, now), ...writes])
  return session
}

/** What a browser needs to ask the signed-in person for one of their passkeys. */
export async function beginPasskeyProof(parts: PeopleParts, account: UserAccount, session: Pick<SessionOf, 'hash'>): Promise<PasskeyRequest> {
  const own = await passkeysOf(parts.storage, account)
  return requestOf(parts, 'passkey-proof', { user: account.id, session: session.hash }, own)
}

/** @throws PasskeyFailedError, StepOverError */
export async function proveByPasskey(
  parts: PeopleParts,
  account: UserAccount,
  session: Pick<SessionOf, 'hash'>,
  given: PasskeyAnswer<AuthenticationResponseJSON>,
): Promise<void> {
  const { writes } = await verified(parts, 'passkey-proof', given, (begun) => begun.user === account.id && begun.session === session.hash)
  await parts.storage.write([...writes, ...proven(parts, account, session.hash, true, 'passkey')])
}

async function requestOf(
  parts: PeopleParts,
  kind: StepKind,
  bound: Omit<Challenge, 'challenge'>,
  own?: readonly KeptPasskey[],
): Promise<PasskeyRequest> {
  const { generateAuthenticationOptions } = await library()
  const options = await generateAuthenticationOptions({
    rpID: site(parts).id,
    userVerification: 'required',
    ...(own === undefined ? {} : { allowCredentials: own.map((key) => ({ id: key.credential, transports: [...key.transports] })) }),
  })
  return { step: parts.steps.make(kind, { ...bound, challenge: options.challenge }), options }
}

/** WebAuthn section 7.2, for the one passkey that the answer names. @throws PasskeyFailedError, StepOverError */
async function verified(
  parts: PeopleParts,
  kind: StepKind,
  given: PasskeyAnswer<AuthenticationResponseJSON>,
  belongs: (begun: Challenge) => boolean,
): Promise<{ readonly key: KeptPasskey; readonly writes: readonly Write[] }> {
  const { content, spend } = parts.steps.open<Challenge>(kind, given.step)
  if (!belongs(content)) throw new StepOverError('other-session')
  const key = await passkeyByCredential(parts.storage, given.response.id)
  if (key === null) throw new PasskeyFailedError('unknown')
  if (content.user !== undefined && content.user !== key.user) throw new PasskeyFailedError('other-person')
  const { userHandle } = given.response.response
  // A passkey that was asked for without a name has to say whose it is (step 6 of the section).
  if (userHandle === undefined ? content.user === undefined : Buffer.from(userHandle, 'base64url').toString() !== key.user)
    throw new PasskeyFailedError('user-handle')
  const { verifyAuthenticationResponse } = await library()
  const { id, origin } = site(parts)
  const { publicKey, counter, transports } = key
  const answer = await verifyAuthenticationResponse({
    response: given.response,
    expectedChallenge: content.challenge,
    expectedOrigin: origin,
    expectedRPID: id,
    credential: { id: key.credential, publicKey, counter, transports: [...transports] as AuthenticatorTransport[] },
    requireUserVerification: true,
  }).catch(failed)
  if (!answer.verified) throw new PasskeyFailedError('not verified')
  const { newCounter, credentialBackedUp } = answer.authenticationInfo
  return { key, writes: [spend, usingPasskey(parts.storage, key, newCounter, credentialBackedUp, parts.clock.now())] }
}

/**
 * Nobody was asked to attest anything, so browsers send no certificates. The library would look up revocations at addresses that stand in such
 * a certificate, past our one way out: whoever brings one is refused before it is read.
 */
async function refuseCertificates(response: RegistrationResponseJSON): Promise<void> {
  const { decodeAttestationObject } = await import('@simplewebauthn/server/helpers')
  let own: boolean
  try {
    const attestation = decodeAttestationObject(new Uint8Array(Buffer.from(response.response.attestationObject, 'base64url')))
    const format = attestation.get('fmt')
    own = format === 'none' || (format === 'packed' && attestation.get('attStmt').get('x5c') === undefined)
  } catch (error) {
    return failed(error)
  }
  if (!own) throw new PasskeyFailedError('attestation with certificates')
}

/** The library says what was wrong with an answer; that is for the operator. */
function failed(error: unknown): never {
  throw new PasskeyFailedError(error instanceof Error ? error.message.slice(0, 300) : 'unreadable')
}

/** Passkeys belong to a host name and are used at one origin, both from the public address. */
function site({ publicUrl }: PeopleParts): { readonly id: string; readonly origin: string } {
  const { hostname, origin } = new URL(publicUrl())
  return { id: hostname, origin }
}
