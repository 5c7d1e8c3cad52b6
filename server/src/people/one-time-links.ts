import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { type Entry, record } from '../ledger/index.ts'
import { DAY, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Schema, type Write, write, writeOne } from '../storage/index.ts'
import { LinkInvalidError } from './people-errors.ts'

/** `welcome`: the first operator. `invitation`: a person sets the first password. `password`: a person sets a new one. */
export type LinkPurpose = 'welcome' | 'invitation' | 'password'

/** How long a link can be opened. */
export const linkLasts: Readonly<Record<LinkPurpose, number>> = { welcome: DAY, invitation: 7 * DAY, password: DAY }

export type OneTimeLink = { readonly hash: string; readonly user: UserId; readonly workspace: WorkspaceId; readonly purpose: LinkPurpose }
export type MadeLink = { readonly token: string; readonly expiresAt: number; readonly writes: readonly Write[] }

/** Links that open one door once. The token is in the part of the address that browsers do not send; the database holds its hash. */
export class OneTimeLinks {
  readonly #db: Kysely<Schema>
  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** A new link. Earlier ones for the same person and purpose stop working with it; `welcome` links stay, since each node prints its own. */
  make(link: Omit<OneTimeLink, 'hash'>, by: string, now: number): MadeLink {
    const token = randomBytes(32).toString('base64url')
    const expiresAt = now + linkLasts[link.purpose]
    const entry: Entry = {
      event: 'link.created',
      workspace: link.workspace,
      subject: link.user,
      by,
      at: now,
      facts: { purpose: link.purpose, expiresAt },
    }
    return {
      token,
      expiresAt,
      writes: [
        ...(link.purpose === 'welcome' ? [] : [this.endAll(link.workspace, link.user, now)]),
        write(
          this.#db.insertInto('one_time_links').values({
            token_hash: sha256(token),
            workspace_id: link.workspace,
            user_id: link.user,
            purpose: link.purpose,
            created_at: now,
            expires_at: expiresAt,
            used_at: null,
          }),
        ),
        record(this.#db, entry),
      ],
    }
  }

  /** Links of a person that were not opened stop working. */
  endAll(workspace: WorkspaceId, user: UserId, now: number): Write {
    return write(
      this.#db
        .updateTable('one_time_links')
        .set({ used_at: now })
        .where('workspace_id', '=', workspace)
        .where('user_id', '=', user)
        .where('used_at', 'is', null),
    )
  }

  /** @throws LinkInvalidError when it cannot be opened (any more) */
  async find(token: string, purposes: readonly LinkPurpose[], now: number): Promise<OneTimeLink> {
    const hash = sha256(token)
    const row = await this.#db.selectFrom('one_time_links').selectAll().where('token_hash', '=', hash).executeTakeFirst()
    if (row === undefined || !purposes.includes(row.purpose as LinkPurpose)) throw new LinkInvalidError('unknown')
    if (row.used_at !== null) throw new LinkInvalidError('used')
    if (row.expires_at <= now) throw new LinkInvalidError('expired')
    return { hash, user: row.user_id as UserId, workspace: row.workspace_id as WorkspaceId, purpose: row.purpose as LinkPurpose }
  }

  /** Spends the link, in the transaction of what it was for. Of two who open it at once, one gets LinkInvalidError and nothing of theirs happens. */
  spend(link: OneTimeLink, now: number): Write {
    return writeOne(
      this.#db
        .updateTable('one_time_links')
        .set({ used_at: now })
        .where('token_hash', '=', link.hash)
        .where('used_at', 'is', null)
        .where('expires_at', '>', now),
      () => new LinkInvalidError('used'),
    )
  }
}
