import type { Kysely, Selectable } from 'kysely'
import type { DeveloperId, UserId, WorkspaceId } from '../lib/index.ts'
import { type Schema, type Write, writeOne, writeUnique } from '../storage/index.ts'
import { type Contact, type ContactPurpose, MOST_ATTEMPTS } from './contact.ts'
import { CodeInvalidError, ContactNotFoundError, ContactTakenError } from './developers-errors.ts'

/** The only SQL about contacts. */
export class ContactStore {
  readonly #db: Kysely<Schema>
  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async list(workspace: WorkspaceId, developer: DeveloperId): Promise<readonly Contact[]> {
    const rows = await this.#db
      .selectFrom('developer_contacts')
      .selectAll()
      .where('workspace_id', '=', workspace)
      .where('developer_id', '=', developer)
      .where('removed_at', 'is', null)
      .orderBy('id')
      .execute()
    return rows.map(toContact)
  }

  async get(workspace: WorkspaceId, id: string): Promise<Contact | undefined> {
    const query = this.#db.selectFrom('developer_contacts').selectAll().where('workspace_id', '=', workspace).where('id', '=', id)
    const row = await query.where('removed_at', 'is', null).executeTakeFirst()
    return row === undefined ? undefined : toContact(row)
  }

  /** Of whichever workspace: who brings a code back is known by the code alone. */
  async find(id: string): Promise<{ readonly workspace: WorkspaceId; readonly contact: Contact } | undefined> {
    const row = await this.#db.selectFrom('developer_contacts').selectAll().where('id', '=', id).where('removed_at', 'is', null).executeTakeFirst()
    return row === undefined ? undefined : { workspace: row.workspace_id as WorkspaceId, contact: toContact(row) }
  }

  adding(workspace: WorkspaceId, { id, developer, purpose, email, createdAt }: Contact, by: UserId): Write {
    return writeUnique(
      this.#db.insertInto('developer_contacts').values({
        id,
        workspace_id: workspace,
        developer_id: developer,
        purpose,
        email,
        created_by: by,
        created_at: createdAt,
        code_hash: null,
        code_sent_at: null,
        code_expires_at: null,
        codes_sent: 0,
        codes_since: null,
        attempts: 0,
        verified_at: null,
        verified_until: null,
        removed_at: null,
      }),
      () => new ContactTakenError(),
    )
  }

  /** A new code takes the place of the one before, unless another one was sent meanwhile. */
  asking(
    workspace: WorkspaceId,
    { id, code, codesSent, codesSince }: Contact,
    sent: { readonly hash: string; readonly at: number; readonly expiresAt: number; readonly day: number },
  ): Write {
    const fresh = sent.day !== codesSince
    const query = this.#one(workspace, id)
      .set({
        code_hash: sent.hash,
        code_sent_at: sent.at,
        code_expires_at: sent.expiresAt,
        codes_sent: fresh ? 1 : codesSent + 1,
        codes_since: sent.day,
        attempts: 0,
      })
      .where('codes_sent', '=', codesSent)
    const unmoved = code === null ? query.where('code_sent_at', 'is', null) : query.where('code_sent_at', '=', code.sentAt)
    return writeOne(unmoved, () => new ContactNotFoundError())
  }

  /** Counts one code before it is looked at, so that guesses at the same moment cannot pass together. */
  attempting(id: string, now: number): Write {
    return writeOne(
      this.#db
        .updateTable('developer_contacts')
        .set((eb) => ({ attempts: eb('attempts', '+', 1) }))
        .where('id', '=', id)
        .where('removed_at', 'is', null)
        .where('code_hash', 'is not', null)
        .where('code_expires_at', '>', now)
        .where('attempts', '<', MOST_ATTEMPTS),
      () => new CodeInvalidError(),
    )
  }

  /** The code is used up with it: of two who bring it, one succeeds. */
  verifying(workspace: WorkspaceId, id: string, hash: string, at: number, until: number): Write {
    const query = this.#one(workspace, id).where('code_hash', '=', hash).where('code_expires_at', '>', at)
    return writeOne(
      query.set({ code_hash: null, code_expires_at: null, attempts: 0, verified_at: at, verified_until: until }),
      () => new CodeInvalidError(),
    )
  }

  removing(workspace: WorkspaceId, id: string, at: number): Write {
    return writeOne(this.#one(workspace, id).set({ removed_at: at, email: '', code_hash: null }), () => new ContactNotFoundError())
  }

  #one(workspace: WorkspaceId, id: string) {
    const query = this.#db.updateTable('developer_contacts').where('workspace_id', '=', workspace).where('id', '=', id)
    return query.where('removed_at', 'is', null)
  }
}

function toContact(row: Selectable<Schema['developer_contacts']>): Contact {
  const { code_hash: hash, code_sent_at: sentAt, code_expires_at: expiresAt } = row
  return {
    id: row.id as Contact['id'],
    developer: row.developer_id as DeveloperId,
    purpose: row.purpose as ContactPurpose,
    email: row.email,
    createdAt: row.created_at,
    code: sentAt === null ? null : { hash: hash ?? '', sentAt, expiresAt: expiresAt ?? 0 },
    codesSent: row.codes_sent,
    codesSince: row.codes_since,
    attempts: row.attempts,
    verifiedAt: row.verified_at,
    verifiedUntil: row.verified_until,
    removedAt: row.removed_at,
  }
}
