import { randomBytes } from 'node:crypto'
import { type Clock, type ConnectorId, MINUTE, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Challenge, NO_CHALLENGE } from '../oauth-client/index.ts'
import { type Storage, type Write, write, writeOne } from '../storage/index.ts'
import type { LinkId } from '../vault/index.ts'
import type { Person } from './account.ts'
import { OtherPersonError, PageOverError, type Why } from './links-errors.ts'

/** A page on which one person links an account, because a call of theirs needs it. */
export type ConnectPage = {
  readonly id: string
  readonly user: UserId
  readonly workspace: WorkspaceId
  readonly connector: ConnectorId
  readonly link: LinkId | null
  readonly why: Why
  readonly challenge: Challenge
  readonly expiresAt: number
  readonly state: 'open' | 'done' | 'declined' | 'over'
}

export type PageFor = Person & { readonly connector: ConnectorId; readonly link: LinkId | null; readonly why: Why; readonly challenge?: Challenge }

const OPEN_FOR = 15 * MINUTE
const CHANNEL = 'connect-pages'

type Row = {
  readonly id: string
  readonly user_id: string
  readonly workspace_id: string
  readonly connector_id: string
  readonly link_id: string | null
  readonly why: string
  readonly challenge: string | null
  readonly expires_at: number
  readonly done_at: number | null
  readonly declined_at: number | null
}

/** The pages behind `/connect/<id>`. The address says nothing and opens nothing: only the person it was made for gets further (MCP elicitation, phishing). */
export class ConnectPages {
  readonly #storage: Storage
  readonly #clock: Clock

  constructor(needs: { storage: Storage; clock: Clock }) {
    this.#storage = needs.storage
    this.#clock = needs.clock
  }

  /** The open page for the same need, or undefined. */
  async find(wanted: PageFor): Promise<ConnectPage | undefined> {
    const row = await this.#storage.db
      .selectFrom('connect_pages')
      .selectAll()
      .where('workspace_id', '=', wanted.workspace)
      .where('user_id', '=', wanted.user)
      .where('connector_id', '=', wanted.connector)
      .where('why', '=', wanted.why)
      .where('expires_at', '>', this.#clock.now())
      .where('done_at', 'is', null)
      .orderBy('created_at', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (row === undefined || row.link_id !== wanted.link || row.challenge !== challengeText(wanted.challenge)) return undefined
    return this.#page(row)
  }

  async open(wanted: PageFor): Promise<ConnectPage> {
    const at = this.#clock.now()
    const row = {
      id: randomBytes(24).toString('base64url'),
      workspace_id: wanted.workspace,
      user_id: wanted.user,
      connector_id: wanted.connector,
      link_id: wanted.link,
      why: wanted.why,
      challenge: challengeText(wanted.challenge),
      created_at: at,
      expires_at: at + OPEN_FOR,
      done_at: null,
      declined_at: null,
    }
    await this.#storage.write([
      // What is over is of no use to anybody.
      write(
        this.#storage.db
          .deleteFrom('connect_pages')
          .where('workspace_id', '=', wanted.workspace)
          .where('user_id', '=', wanted.user)
          .where('expires_at', '<', at - OPEN_FOR),
      ),
      write(this.#storage.db.insertInto('connect_pages').values(row)),
    ])
    return this.#page(row)
  }

  /**
   * The page for the person in front of it.
   * @throws OtherPersonError when it was made for somebody else; PageOverError when it is unknown
   */
  async get(person: Person, id: string): Promise<ConnectPage> {
    const row = await this.#storage.db
      .selectFrom('connect_pages')
      .selectAll()
      .where('id', '=', id)
      .where('workspace_id', '=', person.workspace)
      .executeTakeFirst()
    if (row === undefined) throw new PageOverError()
    if (row.user_id !== person.user) throw new OtherPersonError()
    return this.#page(row)
  }

  /** @throws PageOverError unless it is open */
  requireOpen(page: ConnectPage): ConnectPage {
    if (page.state !== 'open') throw new PageOverError()
    return page
  }

  /** The statement that closes a page, for the transaction of the link it was for. @throws PageOverError when it is closed already */
  finishing(page: Pick<ConnectPage, 'id' | 'workspace' | 'user'>, at: number): Write {
    const open = this.#storage.db
      .updateTable('connect_pages')
      .set({ done_at: at })
      .where('id', '=', page.id)
      .where('workspace_id', '=', page.workspace)
    return writeOne(open.where('user_id', '=', page.user).where('done_at', 'is', null).where('declined_at', 'is', null), () => new PageOverError())
  }

  async decline(person: Person, id: string): Promise<void> {
    const page = this.requireOpen(await this.get(person, id))
    const open = this.#storage.db.updateTable('connect_pages').set({ declined_at: this.#clock.now() }).where('id', '=', page.id)
    await this.#storage.write([write(open.where('workspace_id', '=', person.workspace).where('done_at', 'is', null))])
    this.tell(id)
  }

  /** Wakes the calls that wait for it. */
  tell(id: string): void {
    this.#storage.notify(CHANNEL, id)
  }

  /** Returns the page when the person is done with it, or the time is over. */
  async wait(page: ConnectPage, ms: number, signal: AbortSignal): Promise<ConnectPage> {
    let told = Promise.withResolvers<void>()
    let over = signal.aborted
    const giveUp = (): void => {
      over = true
      told.resolve()
    }
    const stop = this.#storage.listen(CHANNEL, (id) => {
      if (id === page.id) told.resolve()
    })
    const timer = setTimeout(giveUp, ms)
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      for (;;) {
        // Listening came first: an end between the reading and the waiting is heard.
        const now = await this.get(page, page.id)
        if (now.state !== 'open' || over) return now
        await told.promise
        told = Promise.withResolvers<void>()
      }
    } finally {
      stop()
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
    }
  }

  #page(row: Row): ConnectPage {
    const over = row.expires_at <= this.#clock.now()
    return {
      id: row.id,
      user: row.user_id as UserId,
      workspace: row.workspace_id as WorkspaceId,
      connector: row.connector_id as ConnectorId,
      link: row.link_id as LinkId | null,
      why: row.why as Why,
      challenge: row.challenge === null ? NO_CHALLENGE : (JSON.parse(row.challenge) as Challenge),
      expiresAt: row.expires_at,
      state: row.done_at !== null ? 'done' : row.declined_at !== null ? 'declined' : over ? 'over' : 'open',
    }
  }
}

function challengeText(challenge: Challenge | undefined): string | null {
  return challenge === undefined ? null : JSON.stringify(challenge)
}
