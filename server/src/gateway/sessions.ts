import { randomBytes } from 'node:crypto'
import type { Principal } from '../authorization/index.ts'
import { type Clock, DAY, HOUR, type JsonObject, MINUTE, Refusal, sha256 } from '../lib/index.ts'
import { type Enforcement, Memory, type Storage, write } from '../storage/index.ts'
import { keepable } from './keepable.ts'

/** A session of the eras that had them. It lives in the database, so a restart or another node serves it on. */
export type Session = {
  readonly idHash: string
  readonly user: string
  readonly workspace: string
  readonly token: string
  readonly protocol: string
  readonly capabilities: JsonObject
  readonly createdAt: number
  /** How much of connectors' logs it wants to hear; null: it did not say. */
  readonly logLevel: string | null
  /** URIs whose changes it wants to hear. */
  readonly subscriptions: readonly string[]
}

/** Unknown, ended, idle for too long, or somebody else's: which of them is not said. */
export class SessionUnknownError extends Refusal {
  override readonly name = 'SessionUnknownError'
  readonly code = 'authorization/session'
  readonly status = 404
  readonly who = 'assistant'
  constructor() {
    super('There is no such session. Initialize again.')
  }
}

const IDLE = DAY
/** How long the row of a session stays that is of no use any more. */
const KEPT = 7 * DAY
/** Use is written down at most this often. */
const SEEN_EVERY = 5 * MINUTE
const MOST_PER_USER = 200

type Warm = Session & { seenAt: number }

export class Sessions {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #memory = new Memory<Warm>(50_000)
  readonly #hearing = new Map<string, Set<() => void>>()

  constructor(needs: { storage: Storage; clock: Clock; enforcement: Enforcement }) {
    this.#storage = needs.storage
    this.#clock = needs.clock
    needs.enforcement.add(this.#memory)
    this.listen()
  }

  /** Takes away sessions that nobody can use any more. */
  handlers() {
    const { db } = this.#storage
    const old = (now: number) => db.deleteFrom('mcp_sessions').where((eb) => eb.or([eb('seen_at', '<', now - KEPT), eb('ended_at', '<', now - KEPT)]))
    return { 'gateway.sweep-sessions': { every: HOUR, work: async ({ now }: { readonly now: number }) => ({ writes: [write(old(now))] }) } }
  }

  /** Opens a session and returns its secret id, which is kept by hash. A person's oldest sessions end when they have very many. */
  async open(principal: Principal, protocol: string, capabilities: JsonObject, client: string): Promise<string> {
    const { db } = this.#storage
    const at = this.#clock.now()
    const id = randomBytes(32).toString('base64url')
    const mine = db
      .selectFrom('mcp_sessions')
      .where('user_id', '=', principal.user)
      .where('workspace_id', '=', principal.workspace)
      .where('ended_at', 'is', null)
    const surplus = await mine
      .select('id_hash')
      .orderBy('seen_at', 'desc')
      .offset(MOST_PER_USER - 1)
      .limit(50)
      .execute()
    await this.#storage.write([
      write(
        db.insertInto('mcp_sessions').values({
          id_hash: sha256(id),
          workspace_id: principal.workspace,
          user_id: principal.user,
          token_id: principal.token,
          protocol,
          capabilities: JSON.stringify(capabilities),
          client: keepable(client, 200),
          created_at: at,
          seen_at: at,
          ended_at: null,
          log_level: null,
          subscriptions: null,
        }),
      ),
      ...surplus.map(({ id_hash }) => write(db.updateTable('mcp_sessions').set({ ended_at: at }).where('id_hash', '=', id_hash))),
    ])
    for (const { id_hash } of surplus) this.#memory.forget(`session:${id_hash}`)
    return id
  }

  /**
   * The session, for the person and token that opened it. An id alone is no proof of anything.
   * @throws SessionUnknownError
   */
  async of(principal: Principal, id: string): Promise<Session> {
    const idHash = sha256(id)
    const key = `session:${idHash}`
    const session = this.#memory.peek(key) ?? (await this.#memory.get(key, () => this.#load(idHash)))
    const now = this.#clock.now()
    if (session.user !== principal.user || session.workspace !== principal.workspace || session.token !== principal.token)
      throw new SessionUnknownError()
    if (now - session.seenAt > IDLE) throw new SessionUnknownError()
    if (now - session.seenAt > SEEN_EVERY) {
      session.seenAt = now
      await this.#storage.write([write(this.#storage.db.updateTable('mcp_sessions').set({ seen_at: now }).where('id_hash', '=', idHash))])
    }
    return session
  }

  async #load(idHash: string): Promise<Warm> {
    const row = await this.#storage.db
      .selectFrom('mcp_sessions')
      .selectAll()
      .where('id_hash', '=', idHash)
      .where('ended_at', 'is', null)
      .executeTakeFirst()
    if (row === undefined) throw new SessionUnknownError()
    return {
      idHash,
      user: row.user_id,
      workspace: row.workspace_id,
      token: row.token_id,
      protocol: row.protocol,
      capabilities: JSON.parse(row.capabilities) as JsonObject,
      createdAt: row.created_at,
      seenAt: row.seen_at,
      logLevel: row.log_level,
      subscriptions: row.subscriptions === null ? [] : (JSON.parse(row.subscriptions) as readonly string[]),
    }
  }

  /** @throws SessionUnknownError */
  async end(principal: Principal, id: string): Promise<void> {
    const session = await this.of(principal, id)
    const ended = this.#storage.db.updateTable('mcp_sessions').set({ ended_at: this.#clock.now() }).where('id_hash', '=', session.idHash)
    await this.#storage.write([write(ended)])
    this.#memory.forget(`session:${session.idHash}`)
    this.#storage.notify('sessions', session.idHash)
  }

  /** The session wants to hear log messages of this level and above. */
  async setLogLevel(session: Session, level: string): Promise<void> {
    await this.#change(session, { log_level: level })
  }

  /** The session wants to hear changes of these URIs, and of no others. */
  async setSubscriptions(session: Session, uris: readonly string[]): Promise<void> {
    await this.#change(session, { subscriptions: JSON.stringify(uris) })
  }

  async #change(session: Session, change: { readonly log_level?: string; readonly subscriptions?: string }): Promise<void> {
    const { idHash, workspace } = session
    const update = this.#storage.db.updateTable('mcp_sessions').set(change).where('id_hash', '=', idHash).where('workspace_id', '=', workspace)
    await this.#storage.write([write(update)])
    this.#memory.forget(`session:${idHash}`)
    this.#storage.notify('sessions', idHash)
  }

  /** Hears of sessions that changed or ended, at this node or another. */
  listen(): () => void {
    return this.#storage.listen('sessions', (idHash) => {
      this.#memory.forget(`session:${idHash}`)
      for (const hear of this.#hearing.get(idHash) ?? []) hear()
    })
  }

  /** Tells of each change of one session. @returns what stops it */
  onChange(idHash: string, hear: () => void): () => void {
    const all = this.#hearing.get(idHash) ?? new Set()
    this.#hearing.set(idHash, all.add(hear))
    return () => {
      all.delete(hear)
      if (all.size === 0) this.#hearing.delete(idHash)
    }
  }
}
