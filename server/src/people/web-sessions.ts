import { randomBytes } from 'node:crypto'
import type { Role } from '@handfast/contract'
import type { Kysely } from 'kysely'
import { record } from '../ledger/index.ts'
import { type AssistantId, DAY, HOUR, MINUTE, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Schema, type Storage, type Write, write, writeOne } from '../storage/index.ts'
import { readRoles } from './account.ts'
import { networkOf } from './attempts.ts'
import { SessionNotFoundError } from './people-errors.ts'

const KEPT = 30 * DAY
/** How long a proof counts as fresh. Danger asks for one. */
export const PROOF_LASTS = 10 * MINUTE

/** Where a request came from, and the session that it came with (its hash). */
export type Source = { readonly address: string; readonly agent: string; readonly session?: string | null }
/** How people come in. */
export type SignInMethod = 'password' | 'password-and-code' | 'password-and-recovery-code' | 'passkey' | 'provider' | 'link' | 'assertion'
/** How somebody came in, this time. */
export type WayIn = {
  readonly method: SignInMethod
  /** With more than a password, or with a passkey that checked the person. */
  readonly strong: boolean
  readonly provider?: string
  /** What the provider needs to sign the person out there, sealed. */
  readonly sealedHint?: string
  readonly hosted?: { readonly by: AssistantId; readonly lastsMs: number }
}
/** `secondFactorRoles`: whoever holds one of them comes no further with a password alone. */
export type SessionRules = { readonly idleMs: number; readonly longestMs: number; readonly secondFactorRoles: readonly Role[] }
export const defaultSessionRules: SessionRules = { idleMs: 12 * HOUR, longestMs: 7 * DAY, secondFactorRoles: [] }
/** A session as the browser gets it, once. */
export type StartedSession = { readonly secret: string; readonly hash: string; readonly user: UserId; readonly expiresAt: number }
/** Whom a session stands for. */
export type SessionOf = {
  readonly hash: string
  readonly user: UserId
  readonly workspace: WorkspaceId
  readonly roles: readonly Role[]
  readonly expiresAt: number
  /** When the person last proved that it is them; signing in is such a proof. */
  readonly provenAt: number
  readonly strong: boolean
  readonly method: SignInMethod | null
  readonly provider: string | null
  /** What is missing before this session counts for anything but setting it up. */
  readonly lacks: 'second-factor' | null
  /** The assistant whose link began it. Such a session is good for a few pages only. */
  readonly hostedBy: AssistantId | null
}
export type SessionRow = {
  readonly hash: string
  readonly agent: string
  readonly address: string | null
  readonly method: SignInMethod | null
  readonly provider: string | null
  readonly startedAt: number
  readonly seenAt: number
  readonly expiresAt: number
}

/** Signed-in browsers. The cookie holds 256 random bits; the database holds their hash, which opens nothing. */
export class WebSessions {
  readonly #storage: Storage
  readonly rules: SessionRules
  constructor(storage: Storage, rules: SessionRules) {
    this.#storage = storage
    this.rules = rules
  }

  get #db(): Kysely<Schema> {
    return this.#storage.db
  }

  /** A new session with the statements that make it exist. Every sign-in gets one of its own, so a planted cookie is worth nothing. */
  begin(user: UserId, workspace: WorkspaceId, source: Source, way: WayIn, now: number): StartedSession & { readonly writes: readonly Write[] } {
    const secret = randomBytes(32).toString('base64url')
    const hash = sha256(secret)
    const expiresAt = now + Math.min(this.rules.longestMs, way.hosted?.lastsMs ?? this.rules.longestMs)
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
            agent: source.agent.slice(0, 200),
            method: way.method,
            provider: way.provider ?? null,
            address: source.address.slice(0, 64),
            sealed_hint: way.sealedHint ?? null,
            proven_at: now,
            strong: way.strong ? 1 : 0,
            hosted_by: way.hosted?.by ?? null,
          }),
        ),
        record(this.#db, {
          event: 'session.started',
          workspace,
          subject: user,
          by: user,
          at: now,
          facts: { method: way.method, provider: way.provider },
        }),
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
      .select(['web_sessions.workspace_id', 'web_sessions.user_id', 'web_sessions.seen_at', 'web_sessions.expires_at'])
      .select([
        'web_sessions.method',
        'web_sessions.provider',
        'web_sessions.proven_at',
        'web_sessions.strong',
        'web_sessions.hosted_by',
        'users.roles',
      ])
      .where('web_sessions.id_hash', '=', hash)
      .where('web_sessions.ended_at', 'is', null)
      .where('users.disabled_at', 'is', null)
      .executeTakeFirst()
    const { idleMs, secondFactorRoles } = this.rules
    if (row === undefined || row.expires_at <= now || row.seen_at + idleMs <= now) return null
    if (now - row.seen_at >= MINUTE)
      await this.#storage.write([
        write(this.#db.updateTable('web_sessions').set({ seen_at: now }).where('id_hash', '=', hash).where('seen_at', '<', now)),
      ])
    const roles = readRoles(row.roles)
    const strong = row.strong === 1
    return {
      hash,
      user: row.user_id as UserId,
      workspace: row.workspace_id as WorkspaceId,
      roles,
      expiresAt: Math.min(row.expires_at, now + idleMs),
      provenAt: row.proven_at,
      strong,
      method: row.method as SignInMethod | null,
      provider: row.provider,
      hostedBy: row.hosted_by as AssistantId | null,
      lacks: !strong && roles.some((role) => secondFactorRoles.includes(role)) ? 'second-factor' : null,
    }
  }

  /** How a running session of this person was begun, for the one that takes its place. */
  async wayOf(workspace: WorkspaceId, user: UserId, hash: string | null | undefined): Promise<WayIn> {
    const row =
      hash == null
        ? undefined
        : await this.#db
            .selectFrom('web_sessions')
            .select(['method', 'provider', 'strong', 'sealed_hint'])
            .where('workspace_id', '=', workspace)
            .where('user_id', '=', user)
            .where('id_hash', '=', hash)
            .where('ended_at', 'is', null)
            .executeTakeFirst()
    if (row === undefined) return { method: 'password', strong: false }
    return {
      method: (row.method ?? 'password') as SignInMethod,
      strong: row.strong === 1,
      ...(row.provider === null ? {} : { provider: row.provider }),
      ...(row.sealed_hint === null ? {} : { sealedHint: row.sealed_hint }),
    }
  }

  /** The person proved once more that it is them. `strong`: with more than a password; it stays so for this session. */
  proving(workspace: WorkspaceId, user: UserId, hash: string, strong: boolean, now: number): Write {
    return writeOne(
      this.#db
        .updateTable('web_sessions')
        .set({ proven_at: now, ...(strong ? { strong: 1 as const } : {}) })
        .where('workspace_id', '=', workspace)
        .where('user_id', '=', user)
        .where('id_hash', '=', hash)
        .where('ended_at', 'is', null),
      () => new SessionNotFoundError(),
    )
  }

  /** Whether this person was signed in from the same network before. Of nobody, nothing is known, at the same cost. */
  async knows(user: UserId | null, address: string): Promise<boolean> {
    const rows = await this.#db
      .selectFrom('web_sessions')
      .select('address')
      .distinct()
      .where('user_id', '=', user ?? '')
      .where('address', 'is not', null)
      .limit(500)
      .execute()
    const from = networkOf(address)
    return rows.some((row) => row.address !== null && networkOf(row.address) === from)
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
      .where('seen_at', '>', now - this.rules.idleMs)
      .orderBy('created_at', 'desc')
      .orderBy('id_hash')
      .limit(200)
      .execute()
    return rows.map((row) => ({
      hash: row.id_hash,
      agent: row.agent,
      address: row.address,
      method: row.method as SignInMethod | null,
      provider: row.provider,
      startedAt: row.created_at,
      seenAt: row.seen_at,
      expiresAt: Math.min(row.expires_at, row.seen_at + this.rules.idleMs),
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

  /** Somebody else ends every session of a person. */
  async endEvery(workspace: WorkspaceId, by: UserId, user: UserId, now: number): Promise<void> {
    const entry = { event: 'session.ended', workspace, subject: user, by, at: now, facts: { all: true } } as const
    await this.#storage.write([this.endAll(workspace, user, now), record(this.#db, entry)])
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
