import { randomBytes } from 'node:crypto'
import type { Role } from '@handfast/contract'
import type { Kysely } from 'kysely'
import { record } from '../ledger/index.ts'
import { DAY, HOUR, MINUTE, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Schema, type Storage, type Write, write, writeOne } from '../storage/index.ts'
import { readRoles } from './account.ts'
import { SessionNotFoundError } from './people-errors.ts'

const IDLE = 12 * HOUR
const LONGEST = 7 * DAY
const KEPT = 30 * DAY

/** Where a request came from. */
export type Source = { readonly address: string; readonly agent: string }
/** A session as the browser gets it, once. */
export type StartedSession = { readonly secret: string; readonly hash: string; readonly user: UserId; readonly expiresAt: number }
/** Whom a session stands for. */
export type SessionOf = {
  readonly hash: string
  readonly user: UserId
  readonly workspace: WorkspaceId
  readonly roles: readonly Role[]
  readonly expiresAt: number
}
export type SessionRow = {
  readonly hash: string
  readonly agent: string
  readonly startedAt: number
  readonly seenAt: number
  readonly expiresAt: number
}

/** Signed-in browsers. The cookie holds 256 random bits; the database holds their hash, which opens nothing. */
export class WebSessions {
  readonly #storage: Storage
  constructor(storage: Storage) {
    this.#storage = storage
  }

  get #db(): Kysely<Schema> {
    return this.#storage.db
  }

  /** A new session with the statements that make it exist. Every sign-in gets one of its own, so a planted cookie is worth nothing. */
  begin(user: UserId, workspace: WorkspaceId, agent: string, now: number): StartedSession & { readonly writes: readonly Write[] } {
    const secret = randomBytes(32).toString('base64url')
    const hash = sha256(secret)
    const expiresAt = now + LONGEST
    return {
      secret,
      hash,
      user,
      expiresAt,
      writes: [
        write(
          this.#db
            .deleteFrom('web_sessions')
            .where('workspace_id', '=', workspace)
            .where('user_id', '=', user)
            .where('expires_at', '<', now - KEPT),
        ),
        write(
          this.#db.insertInto('web_sessions').values({
            id_hash: hash,
            workspace_id: workspace,
            user_id: user,
            created_at: now,
            seen_at: now,
            expires_at: expiresAt,
            ended_at: null,
            agent: agent.slice(0, 200),
          }),
        ),
        record(this.#db, { event: 'session.started', workspace, subject: user, by: user, at: now }),
      ],
    }
  }

  /**
   * Whom the secret stands for, read from the database each time: an ended session or a disabled account counts at once.
   * @returns null for every reason why it stands for nobody
   */
  async identify(secret: string, now: number): Promise<SessionOf | null> {
    const hash = sha256(secret)
    const row = await this.#db
      .selectFrom('web_sessions')
      .innerJoin('users', 'users.id', 'web_sessions.user_id')
      .select(['web_sessions.workspace_id', 'web_sessions.user_id', 'web_sessions.seen_at', 'web_sessions.expires_at', 'users.roles'])
      .where('web_sessions.id_hash', '=', hash)
      .where('web_sessions.ended_at', 'is', null)
      .where('users.disabled_at', 'is', null)
      .executeTakeFirst()
    if (row === undefined || row.expires_at <= now || row.seen_at + IDLE <= now) return null
    if (now - row.seen_at >= MINUTE)
      await this.#storage.write([
        write(this.#db.updateTable('web_sessions').set({ seen_at: now }).where('id_hash', '=', hash).where('seen_at', '<', now)),
      ])
    return {
      hash,
      user: row.user_id as UserId,
      workspace: row.workspace_id as WorkspaceId,
      roles: readRoles(row.roles),
      expiresAt: Math.min(row.expires_at, now + IDLE),
    }
  }

  /** Sessions that still work, newest first. */
  async list(workspace: WorkspaceId, user: UserId, now: number): Promise<readonly SessionRow[]> {
    const rows = await this.#db
      .selectFrom('web_sessions')
      .selectAll()
      .where('workspace_id', '=', workspace)
      .where('user_id', '=', user)
      .where('ended_at', 'is', null)
      .where('expires_at', '>', now)
      .where('seen_at', '>', now - IDLE)
      .orderBy('created_at', 'desc')
      .orderBy('id_hash')
      .limit(200)
      .execute()
    return rows.map((row) => ({
      hash: row.id_hash,
      agent: row.agent,
      startedAt: row.created_at,
      seenAt: row.seen_at,
      expiresAt: Math.min(row.expires_at, row.seen_at + IDLE),
    }))
  }

  /** @throws SessionNotFoundError when it is not a running session of this person */
  async end(workspace: WorkspaceId, user: UserId, hash: string, now: number): Promise<void> {
    await this.#storage.write([
      writeOne(
        this.#db
          .updateTable('web_sessions')
          .set({ ended_at: now })
          .where('workspace_id', '=', workspace)
          .where('user_id', '=', user)
          .where('id_hash', '=', hash)
          .where('ended_at', 'is', null),
        () => new SessionNotFoundError(),
      ),
      record(this.#db, { event: 'session.ended', workspace, subject: user, by: user, at: now }),
    ])
  }

  async endOthers(workspace: WorkspaceId, user: UserId, keep: string, now: number): Promise<void> {
    await this.#storage.write([
      write(
        this.#db
          .updateTable('web_sessions')
          .set({ ended_at: now })
          .where('workspace_id', '=', workspace)
          .where('user_id', '=', user)
          .where('id_hash', '<>', keep)
          .where('ended_at', 'is', null),
      ),
      record(this.#db, { event: 'session.ended', workspace, subject: user, by: user, at: now, facts: { others: true } }),
    ])
  }

  /** Ends every session of a person, in the transaction of the change that makes it necessary. */
  endAll(workspace: WorkspaceId, user: UserId, now: number): Write {
    return write(
      this.#db
        .updateTable('web_sessions')
        .set({ ended_at: now })
        .where('workspace_id', '=', workspace)
        .where('user_id', '=', user)
        .where('ended_at', 'is', null),
    )
  }

  /** Ends the session that a browser held before it signed in again; anything else is ignored. */
  replace(secret: string | null, now: number): readonly Write[] {
    if (secret === null) return []
    return [write(this.#db.updateTable('web_sessions').set({ ended_at: now }).where('id_hash', '=', sha256(secret)).where('ended_at', 'is', null))]
  }
}
