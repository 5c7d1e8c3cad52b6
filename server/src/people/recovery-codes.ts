import { randomBytes } from 'node:crypto'
import { record } from '../ledger/index.ts'
import { sha256 } from '../lib/index.ts'
import { type Write, write, writeOne } from '../storage/index.ts'
import type { UserAccount } from './account.ts'
import type { PeopleParts } from './parts.ts'
import { CodeWrongError } from './people-errors.ts'

export const RECOVERY_CODES = 10
/** Crockford's alphabet: no letter that reads as a digit. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
/** 16 characters of 5 bits: too many to guess, so a plain hash keeps them. */
const LENGTH = 16

type Owner = Pick<UserAccount, 'id' | 'workspace'>

/** New codes, which exist as text here and on the paper of the person; all earlier ones stop working. */
export function makeRecoveryCodes(
  { storage, clock }: PeopleParts,
  owner: Owner,
): { readonly codes: readonly string[]; readonly writes: readonly Write[] } {
  const now = clock.now()
  const codes = Array.from({ length: RECOVERY_CODES }, makeCode)
  return {
    codes,
    writes: [
      forgettingRecoveryCodes({ storage }, owner),
      ...codes.map((code) =>
        write(
          storage.db
            .insertInto('recovery_codes')
            .values({ code_hash: hashOf(owner, code), workspace_id: owner.workspace, user_id: owner.id, created_at: now, used_at: null }),
        ),
      ),
      record(storage.db, {
        event: 'recovery.prepared',
        workspace: owner.workspace,
        subject: owner.id,
        by: owner.id,
        at: now,
        facts: { codes: codes.length },
      }),
    ],
  }
}

/** Whether a text has the form of a recovery code, however it was typed. */
export function isRecoveryCode(text: string): boolean {
  return readCode(text) !== null
}

/** The statements that use a code up. Of two who use it at once, one gets CodeWrongError. Null: the text is no code of this person. */
export async function spendingRecoveryCode({ storage, clock }: PeopleParts, owner: Owner, text: string): Promise<readonly Write[] | null> {
  const code = readCode(text)
  if (code === null) return null
  const hash = hashOf(owner, code)
  const row = await storage.db
    .selectFrom('recovery_codes')
    .select('used_at')
    .where('workspace_id', '=', owner.workspace)
    .where('user_id', '=', owner.id)
    .where('code_hash', '=', hash)
    .executeTakeFirst()
  if (row === undefined) return null
  if (row.used_at !== null) throw new CodeWrongError('used')
  const at = clock.now()
  return [
    writeOne(
      storage.db
        .updateTable('recovery_codes')
        .set({ used_at: at })
        .where('workspace_id', '=', owner.workspace)
        .where('user_id', '=', owner.id)
        .where('code_hash', '=', hash)
        .where('used_at', 'is', null),
      () => new CodeWrongError('used'),
    ),
    record(storage.db, { event: 'recovery.used', workspace: owner.workspace, subject: owner.id, by: owner.id, at }),
  ]
}

/** How many codes of a person still work. */
export async function recoveryCodesLeft({ storage }: PeopleParts, owner: Owner): Promise<number> {
  const rows = await storage.db
    .selectFrom('recovery_codes')
    .select('code_hash')
    .where('workspace_id', '=', owner.workspace)
    .where('user_id', '=', owner.id)
    .where('used_at', 'is', null)
    .execute()
  return rows.length
}

export function forgettingRecoveryCodes({ storage }: Pick<PeopleParts, 'storage'>, owner: Owner): Write {
  return write(storage.db.deleteFrom('recovery_codes').where('workspace_id', '=', owner.workspace).where('user_id', '=', owner.id))
}

function makeCode(): string {
  // 256 is a multiple of 32: each character is as likely as any other.
  const text = [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte % 32]).join('')
  return text.replace(/(.{4})(?=.)/g, '$1-')
}

/** The code in a text: case, spaces and dashes do not matter, and letters that look like digits are those. */
function readCode(text: string): string | null {
  const plain = text.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1')
  return plain.length === LENGTH && [...plain].every((letter) => ALPHABET.includes(letter)) ? plain : null
}

function hashOf(owner: Owner, code: string): string {
  return sha256(`recovery code ${owner.id} ${code.replaceAll('-', '')}`)
}
