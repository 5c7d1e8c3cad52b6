import { randomBytes } from 'node:crypto'
import { record } from '../ledger/index.ts'
import { type AssistantId, MINUTE, newId, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Storage, type Write, write, writeOne, writeUnique } from '../storage/index.ts'
import type { UserAccount } from './account.ts'
import type { PeopleParts } from './parts.ts'
import { AnotherSessionError, LinkInvalidError } from './people-errors.ts'
import type { Source, StartedSession } from './web-sessions.ts'

/** Whom an assistant vouches for. Who it is, is said by assistant, issuer and subject together, and by nothing else. */
export type AssertedPerson = {
  readonly workspace: WorkspaceId
  readonly assistant: AssistantId
  readonly issuer: string
  readonly subject: string
  /** What the assistant calls them; shown only. */
  readonly name: string | null
}

/** The same person arrived at the same moment somewhere else. */
export class AssertedTakenMeanwhile extends Error {}

/** A link is opened by the browser that was just given it. */
const PAGE_LINK_LASTS = MINUTE
/** How long it leaves its person signed in. */
const HOSTED_LASTS = 30 * MINUTE

/** People who have no way in of their own: a product that is registered as an assistant signs them in, and says so with each assertion. */
export class AssertedUsers {
  readonly #parts: PeopleParts
  constructor(parts: PeopleParts) {
    this.#parts = parts
  }

  async find({ workspace, assistant, issuer, subject }: Omit<AssertedPerson, 'name'>): Promise<{ user: UserId; disabled: boolean } | null> {
    const row = await this.#parts.storage.db
      .selectFrom('asserted_users')
      .innerJoin('users', 'users.id', 'asserted_users.user_id')
      .select(['asserted_users.user_id', 'users.disabled_at'])
      .where('asserted_users.workspace_id', '=', workspace)
      .where('asserted_users.assistant_id', '=', assistant)
      .where('asserted_users.issuer', '=', issuer)
      .where('asserted_users.subject', '=', subject)
      .executeTakeFirst()
    return row === undefined ? null : { user: row.user_id as UserId, disabled: row.disabled_at !== null }
  }

  /**
   * An account for somebody new. An address that the assistant may have named plays no part: whoever has an account under it here is somebody
   * else until they say otherwise themselves. Fails with AssertedTakenMeanwhile.
   */
  creating(person: AssertedPerson, now: number): { readonly user: UserId; readonly writes: readonly Write[] } {
    const { db } = this.#parts.storage
    const { workspace, assistant, issuer, subject, name } = person
    const id: UserId = newId('usr', now)
    return {
      user: id,
      writes: [
        writeUnique(
          db.insertInto('asserted_users').values({ assistant_id: assistant, issuer, subject, workspace_id: workspace, user_id: id, created_at: now }),
          () => new AssertedTakenMeanwhile(),
        ),
        write(
          db.insertInto('users').values({
            id,
            workspace_id: workspace,
            email: `${id}@asserted.invalid`,
            name: name ?? 'A user of an assistant',
            password_hash: null,
            roles: '["user"]',
            created_at: now,
            disabled_at: null,
            opened_at: now,
            asserted_by: assistant,
          }),
        ),
        record(db, { event: 'user.created', workspace, subject: id, by: assistant, at: now, facts: { roles: ['user'], through: 'assertion' } }),
      ],
    }
  }

  /** A link that opens one page of theirs, once, within a minute. The token is nowhere else. */
  linking(
    given: { readonly workspace: WorkspaceId; readonly assistant: AssistantId; readonly user: UserId; readonly page: string },
    now: number,
  ): { readonly token: string; readonly lastsMs: number; readonly writes: readonly Write[] } {
    const { db } = this.#parts.storage
    const { workspace, assistant, user, page } = given
    const token = randomBytes(32).toString('base64url')
    const expiresAt = now + PAGE_LINK_LASTS
    const hash = sha256(token)
    const values = { workspace_id: workspace, user_id: user, assistant_id: assistant, page, created_at: now, expires_at: expiresAt, used_at: null }
    return {
      token,
      lastsMs: PAGE_LINK_LASTS,
      writes: [
        write(db.insertInto('page_links').values({ token_hash: hash, ...values })),
        record(db, { event: 'link.created', workspace, subject: user, by: assistant, at: now, facts: { purpose: 'page', expiresAt } }),
      ],
    }
  }

  /**
   * A browser opens such a link, and is bound to it: from then on it holds a session that is good for that person's few pages.
   * A browser in which somebody is signed in is left as it is, so that nobody goes on for somebody else without noticing.
   * @throws LinkInvalidError | AnotherSessionError
   */
  async open(token: string, source: Source, presented: string | null): Promise<StartedSession & { readonly page: string }> {
    const { storage, clock, sessions, accounts } = this.#parts
    const now = clock.now()
    const hash = sha256(token)
    const row = await storage.db.selectFrom('page_links').selectAll().where('token_hash', '=', hash).executeTakeFirst()
    if (row === undefined) throw new LinkInvalidError('unknown')
    if (row.used_at !== null) throw new LinkInvalidError('used')
    if (row.expires_at <= now) throw new LinkInvalidError('expired')
    const [user, workspace, assistant] = [row.user_id as UserId, row.workspace_id as WorkspaceId, row.assistant_id as AssistantId]
    const standing = await accounts.byId(workspace, user)
    if (standing === null || standing.disabledAt !== null || standing.assertedBy !== assistant) throw new LinkInvalidError('disabled')
    const held = presented === null ? null : await sessions.identify(presented, now)
    if (held !== null && held.user !== user) throw new AnotherSessionError()
    const { writes, ...session } = sessions.begin(
      user,
      workspace,
      source,
      { method: 'assertion', strong: false, hosted: { by: assistant, lastsMs: HOSTED_LASTS } },
      now,
    )
    await storage.write([
      writeOne(
        storage.db
          .updateTable('page_links')
          .set({ used_at: now })
          .where('token_hash', '=', hash)
          .where('used_at', 'is', null)
          .where('expires_at', '>', now),
        () => new LinkInvalidError('used'),
      ),
      ...sessions.replace(presented, now),
      ...writes,
    ])
    return { ...session, page: row.page }
  }
}

/** What an assistant said about somebody, and its links for them. */
export function forgettingAssertions({ db }: Storage, owner: Pick<UserAccount, 'id' | 'workspace'>): readonly Write[] {
  return [
    write(db.deleteFrom('asserted_users').where('workspace_id', '=', owner.workspace).where('user_id', '=', owner.id)),
    write(db.deleteFrom('page_links').where('workspace_id', '=', owner.workspace).where('user_id', '=', owner.id)),
  ]
}
