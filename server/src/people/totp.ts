import { record } from '../ledger/index.ts'
import type { UserId } from '../lib/index.ts'
import { type Write, write, writeOne } from '../storage/index.ts'
import type { UserAccount } from './account.ts'
import type { PeopleParts } from './parts.ts'
import { CodeWrongError, FactorExistsError, FactorNotFoundError } from './people-errors.ts'

/** What authenticator apps take for granted (RFC 6238 section 4): six digits of SHA-1, every 30 seconds. */
const FORM = { algorithm: 'SHA1', digits: 6, period: 30 } as const
const SECRET_BYTES = 20
/** A code before and after the present one: clocks of phones differ (RFC 6238 section 5.2). */
const WINDOW = 1

/** A secret as it is shown once: as text, and as what the QR code says. */
export type NewTotp = { readonly secret: string; readonly uri: string }

const place = (user: UserId) => `totp:${user}`

// Loaded at first use: most starts of the program never see a code.
const library = () => import('otpauth')

/**
 * Makes a secret, which counts for nothing until a code of it arrives. One that was made before and never confirmed is replaced.
 * @throws FactorExistsError
 */
export async function beginTotp({ storage, clock, sealing, siteName }: PeopleParts, account: UserAccount): Promise<NewTotp> {
  const { Secret, TOTP } = await library()
  const secret = new Secret({ size: SECRET_BYTES })
  const sealed = (await sealing.of(account.id, account.workspace)).seal(place(account.id), secret.base32)
  const row = { sealed, last_step: 0, created_at: clock.now() }
  await storage.write([
    writeOne(
      storage.db
        .insertInto('totp_secrets')
        .values({ user_id: account.id, workspace_id: account.workspace, ...row, confirmed_at: null })
        .onConflict((conflict) => conflict.column('user_id').doUpdateSet(row).where('totp_secrets.confirmed_at', 'is', null)),
      () => new FactorExistsError('You have an authenticator app already. Remove it first, or keep it.'),
    ),
  ])
  // A colon would end the issuer where apps read it.
  const label = (text: string) => text.replaceAll(':', ' ')
  return { secret: secret.base32, uri: new TOTP({ ...FORM, secret, issuer: label(siteName()), label: label(account.email) }).toString() }
}

/**
 * The statements that make the secret count, for the first code of it.
 * @throws CodeWrongError, FactorNotFoundError
 */
export async function confirmingTotp(parts: PeopleParts, account: UserAccount, code: string): Promise<readonly Write[]> {
  const { storage, clock } = parts
  const row = await rowOf(parts, account)
  if (row === undefined || row.confirmed_at !== null) throw new FactorNotFoundError()
  const step = await stepOf(parts, account, row.sealed, code)
  if (step === null) throw new CodeWrongError('wrong')
  const now = clock.now()
  return [
    writeOne(
      storage.db
        .updateTable('totp_secrets')
        .set({ confirmed_at: now, last_step: step })
        .where('workspace_id', '=', account.workspace)
        .where('user_id', '=', account.id)
        .where('sealed', '=', row.sealed)
        .where('confirmed_at', 'is', null),
      () => new FactorNotFoundError(),
    ),
    record(storage.db, {
      event: 'factor.added',
      workspace: account.workspace,
      subject: account.id,
      by: account.id,
      at: now,
      facts: { kind: 'totp' },
    }),
  ]
}

/**
 * The statement that uses a code up: it and every earlier one are accepted never again (RFC 6238 section 5.2).
 * @returns null when the code is not right; CodeWrongError comes from the transaction when somebody was faster
 */
export async function spendingTotp(parts: PeopleParts, account: UserAccount, code: string): Promise<Write | null> {
  const row = await rowOf(parts, account)
  if (row === undefined || row.confirmed_at === null) return null
  const step = await stepOf(parts, account, row.sealed, code)
  if (step === null) return null
  if (step <= row.last_step) throw new CodeWrongError('used')
  return writeOne(
    parts.storage.db
      .updateTable('totp_secrets')
      .set({ last_step: step })
      .where('workspace_id', '=', account.workspace)
      .where('user_id', '=', account.id)
      .where('sealed', '=', row.sealed)
      .where('last_step', '<', step),
    () => new CodeWrongError('used'),
  )
}

/** Since when codes of an app are asked for, or null. */
export async function totpSince(parts: PeopleParts, account: Pick<UserAccount, 'id' | 'workspace'>): Promise<number | null> {
  return (await rowOf(parts, account))?.confirmed_at ?? null
}

/** @throws FactorNotFoundError from the transaction, where there is none */
export function removingTotp({ storage }: PeopleParts, account: Pick<UserAccount, 'id' | 'workspace'>): Write {
  return writeOne(
    storage.db
      .deleteFrom('totp_secrets')
      .where('workspace_id', '=', account.workspace)
      .where('user_id', '=', account.id)
      .where('confirmed_at', 'is not', null),
    () => new FactorNotFoundError(),
  )
}

/** The same, whether or not there is one. */
export function forgettingTotp({ storage }: Pick<PeopleParts, 'storage'>, account: Pick<UserAccount, 'id' | 'workspace'>): Write {
  return write(storage.db.deleteFrom('totp_secrets').where('workspace_id', '=', account.workspace).where('user_id', '=', account.id))
}

function rowOf({ storage }: PeopleParts, { id, workspace }: Pick<UserAccount, 'id' | 'workspace'>) {
  return storage.db.selectFrom('totp_secrets').selectAll().where('workspace_id', '=', workspace).where('user_id', '=', id).executeTakeFirst()
}

/** The time step whose code this is, or null. */
async function stepOf({ clock, sealing }: PeopleParts, account: UserAccount, sealed: string, code: string): Promise<number | null> {
  const { Secret, TOTP } = await library()
  const secret = Secret.fromBase32((await sealing.of(account.id, account.workspace)).open(place(account.id), sealed))
  const timestamp = clock.now()
  const delta = TOTP.validate({ ...FORM, token: code, secret, timestamp, window: WINDOW })
  return delta === null ? null : TOTP.counter({ period: FORM.period, timestamp }) + delta
}
