import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { record } from '../ledger/index.ts'
import { type Clock, Refusal, SECOND, type UserId, type Who, type WorkspaceId } from '../lib/index.ts'
import { AnswerNotTrustedError, type OAuthClient, ServerRefusedError, type Tokens } from '../oauth-client/index.ts'
import { type Enforcement, type Storage, StorageFault, type Write, write } from '../storage/index.ts'
import { type AccountSecret, type AccountSecrets, type LinkId, openedFor, SecretReplacedError } from '../vault/index.ts'
import { AccessSource, CutOffError, isOver } from './access-source.ts'
import { type AccountRow, type AccountStore, type SignInTerms, termsOf } from './account-store.ts'
import type { Clients } from './clients.ts'
import { canRenew, halfway, keepAliveAt, readTokenSet, type TokenSet, tokenSet, writeTokenSet } from './token-set.ts'

/** What came of a wish to renew. */
export type Renewed =
  | { readonly kind: 'fresh'; readonly secret: AccountSecret }
  /** The provider ended the sign-in, or never gave a way to renew it. */
  | { readonly kind: 'ended' }
  /** Not now. What there was is kept. */
  | { readonly kind: 'failed'; readonly reason: string; readonly who: Who }
  | { readonly kind: 'gone' }

export type RenewalNeeds = {
  readonly storage: Storage
  readonly enforcement: Enforcement
  readonly clock: Clock
  readonly secrets: AccountSecrets
  readonly accounts: AccountStore
  readonly clients: Clients
  readonly oauth: OAuthClient
  readonly node: string
  readonly random?: () => number
}

/** Longer than an attempt can take with all its repetitions, so that it runs out for the dead only. */
const LEASE = 90 * SECOND
/** How long a caller waits for whoever renews, in real time. */
const PATIENCE = 60 * SECOND
const SAVES = 6

/**
 * Renews access, one at a time per account across all nodes. The row's lease says who is at it; whoever comes later waits and reads again. That a
 * renewal was begun is written before the provider is asked, and what it answers is stored before anybody uses it: a process that dies in between
 * leaves a mark, and the next one asks with the old token, within the provider's grace.
 */
export class Renewals {
  readonly #needs: RenewalNeeds
  readonly #source: AccessSource
  readonly #underWay = new Map<LinkId, { readonly seen: number; readonly work: Promise<Renewed> }>()

  constructor(needs: RenewalNeeds) {
    this.#needs = needs
    this.#source = new AccessSource(needs)
  }

  /** Access that is newer than the version that was seen. Callers in one process share the work. */
  renew(workspace: WorkspaceId, link: LinkId, seen: number): Promise<Renewed> {
    const known = this.#underWay.get(link)
    if (known !== undefined && known.seen >= seen) return known.work
    const work = this.#renew(workspace, link, seen).finally(() => {
      if (this.#underWay.get(link)?.work === work) this.#underWay.delete(link)
    })
    this.#underWay.set(link, { seen, work })
    return work
  }

  async #renew(workspace: WorkspaceId, link: LinkId, seen: number): Promise<Renewed> {
    const { accounts, secrets, node, clock } = this.#needs
    const deadline = performance.now() + PATIENCE
    const lease = `${node}/${randomUUID()}`
    for (let turn = 0; performance.now() < deadline; turn++) {
      const row = await accounts.row(workspace, link)
      const secret = await secrets.openForUpkeep(workspace, link)
      if (row === undefined || secret === undefined || row.kind !== 'oauth') return { kind: 'gone' }
      // A sign-in that was renewed and is still to be exchanged is a newer version, and no access.
      if (secret.version > seen && readTokenSet(secret.secret).expiresAt > clock.now()) return this.#tell(secret)
      if (row.state === 'ended') return { kind: 'ended' }
      if (await this.#take(row, secret, lease)) return this.#asHolder(row, secret, lease)
      if (row.lease !== null) await this.#freeIfDead(row)
      await pause(Math.min(10 + turn * 10, 150))
    }
    return { kind: 'failed', reason: 'another process is at it and does not come to an end.', who: 'wait' }
  }

  /** Exactly one of several succeeds, and none once the secret was replaced. It also writes down that a renewal was begun. */
  async #take(row: AccountRow, secret: AccountSecret, lease: string): Promise<boolean> {
    const { storage, clock } = this.#needs
    const now = clock.now()
    const free = storage.db
      .updateTable('account_links')
      .set((eb) => ({ lease, leased_until: now + LEASE, renewing_since: eb.fn.coalesce('renewing_since', eb.val(now)) }))
      .where('id', '=', row.id)
      .where('workspace_id', '=', row.workspace_id)
      .where('ended_at', 'is', null)
      .where((eb) => eb.or([eb('leased_until', 'is', null), eb('leased_until', '<=', now)]))
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom('credentials')
            .select('credentials.id')
            .where('credentials.id', '=', secret.id)
            .where('credentials.version', '=', secret.version),
        ),
      )
    const [result] = await storage.write([write(free)])
    return result?.changes === 1
  }

  /** A node that is certainly gone holds nothing. */
  async #freeIfDead(row: AccountRow): Promise<void> {
    const { storage } = this.#needs
    const holder = row.lease?.split('/')[0] ?? ''
    if (holder === this.#needs.node || (await storage.isAlive(holder))) return
    const theirs = storage.db
      .updateTable('account_links')
      .set({ lease: null, leased_until: null })
      .where('id', '=', row.id)
      .where('lease', '=', row.lease)
    await storage.write([write(theirs)])
  }

  async #asHolder(row: AccountRow, secret: AccountSecret, lease: string): Promise<Renewed> {
    const terms = termsOf(row)
    const set = readTokenSet(secret.secret)
    // Access that belongs to the whole workspace was had without anybody, and is had again in the same way.
    const byItself = row.user_id === null
    if (terms === null || !(byItself || canRenew(set))) return this.#end(row, lease, 'The provider gave no way to renew the access, and it is over.')
    // Whoever took the lease before never wrote how it ended: the provider may have seen that request.
    const cutOff = row.renewing_since !== null
    const { storage, clock } = this.#needs
    await storage.write([openedFor(storage.db, 'renewal', secret, 'system', clock.now())])
    try {
      const tokens = await (byItself ? this.#source.byItself(row, terms) : this.#source.refresh(row, terms, set.refresh ?? ''))
      if (terms.exchange !== null) return await this.#exchanged(row, terms, secret, tokens, lease)
      return await this.#store(row, secret, { ...tokens, subject: null })
    } catch (error) {
      if (error instanceof SecretReplacedError) return this.#renew(row.workspace_id as WorkspaceId, secret.link, secret.version)
      if (!byItself && (isOver(error) || error instanceof CutOffError))
        return this.#refused(row, secret, lease, cutOff || error instanceof CutOffError)
      return this.#fail(row, lease, error)
    }
  }

  /** The provider has given the old token up by now: the new one is kept before anything else is asked. That it cannot be exchanged ends no sign-in. */
  async #exchanged(row: AccountRow, terms: SignInTerms, secret: AccountSecret, tokens: Tokens, lease: string): Promise<Renewed> {
    const { secrets, accounts, clock } = this.#needs
    const text = writeTokenSet(halfway(tokens, readTokenSet(secret.secret), clock.now()))
    await this.#saved(() => [secrets.replacing(secret, text), accounts.changing(secret.workspace, secret.link, { renewing_since: null })])
    const held = { ...secret, secret: text, version: secret.version + 1 }
    try {
      const exchanged = await this.#source.exchange(row, terms, tokens.accessToken)
      return await this.#store(row, held, { ...exchanged, refreshToken: null, subject: tokens.accessToken })
    } catch (error) {
      if (error instanceof SecretReplacedError) throw error
      return this.#fail(row, lease, error)
    }
  }

  /** A database that is away for a moment is waited for. */
  async #saved(writes: () => readonly Write[], keys: readonly string[] = []): Promise<void> {
    const { storage, enforcement } = this.#needs
    for (let attempt = 1; ; attempt++) {
      try {
        return void (await (keys.length === 0 ? storage.write(writes()) : enforcement.change(writes(), keys)))
      } catch (error) {
        if (!(error instanceof StorageFault) || attempt === SAVES) throw error
        await pause(100 * 2 ** attempt)
      }
    }
  }

  /** Stored, and only then used. */
  async #store(row: AccountRow, secret: AccountSecret, tokens: Tokens & { readonly subject: string | null }): Promise<Renewed> {
    const { clock, accounts, secrets } = this.#needs
    const now = clock.now()
    const set: TokenSet = { ...tokenSet(tokens, readTokenSet(secret.secret), now), subject: tokens.subject }
    const workspace = row.workspace_id as WorkspaceId
    const renewed = {
      lease: null,
      leased_until: null,
      renewing_since: null,
      failures: 0,
      renew_at: keepAliveAt(set, (this.#needs.random ?? Math.random)()),
    }
    const text = writeTokenSet(set)
    const scopes = tokens.scopes === null ? {} : { scopes: JSON.stringify(tokens.scopes) }
    const good = { ...renewed, ...scopes, state: 'good' as const, reason: null, who: null, state_at: now }
    const change = row.state === 'good' ? { ...renewed, ...scopes } : good
    await this.#saved(
      () => [secrets.replacing(secret, text), accounts.changing(workspace, secret.link, change)],
      row.state === 'good' ? [] : keysOf(row),
    )
    return this.#tell({ ...secret, secret: text, version: secret.version + 1 })
  }

  #tell(secret: AccountSecret): Renewed {
    this.#needs.secrets.tell(secret.link)
    return { kind: 'fresh', secret }
  }

  /** `invalid_grant`: the one answer that ends a sign-in (RFC 6749 section 5.2), unless somebody else has renewed it meanwhile. */
  async #refused(row: AccountRow, secret: AccountSecret, lease: string, cutOff: boolean): Promise<Renewed> {
    const now = await this.#needs.secrets.openForUpkeep(row.workspace_id as WorkspaceId, secret.link)
    if (now !== undefined && now.version > secret.version) return this.#tell(now)
    return this.#end(
      row,
      lease,
      cutOff
        ? 'A renewal was cut off half-way, and the provider no longer takes the token from before it. Sign in again.'
        : 'The provider ended the sign-in: it expired, or was taken back there. Sign in again.',
    )
  }

  async #end(row: AccountRow, lease: string, reason: string): Promise<Renewed> {
    const { storage, enforcement, clock } = this.#needs
    const at = clock.now()
    const ended = {
      lease: null,
      leased_until: null,
      renewing_since: null,
      renew_at: null,
      state: 'ended' as const,
      reason,
      who: 'user',
      state_at: at,
    }
    const held = storage.db.updateTable('account_links').set(ended).where('id', '=', row.id).where('lease', '=', lease)
    const facts = { connector: row.connector_id, why: reason }
    await enforcement.change(
      [write(held), record(storage.db, { event: 'account.ended', workspace: row.workspace_id, subject: row.id, by: 'system', at, facts })],
      keysOf(row),
    )
    return { kind: 'ended' }
  }

  /** Everything else is no verdict about the sign-in: it is kept, and tried again. */
  async #fail(row: AccountRow, lease: string, error: unknown): Promise<Renewed> {
    const { storage, enforcement, clock } = this.#needs
    if (!(error instanceof Refusal)) {
      await this.#giveBack(row, lease)
      throw error
    }
    const at = clock.now()
    const failures = row.failures + 1
    const { who } = error
    const reason = `${error.message} Tried ${failures} time${failures === 1 ? '' : 's'}.`
    // The answer may be on its way although we did not see it: the mark stays. An answer that came says that nothing was changed.
    const answered = error instanceof ServerRefusedError || error instanceof AnswerNotTrustedError
    const again = at + Math.min(2 ** failures * 30 * SECOND, 6 * 3_600 * SECOND)
    const failed = {
      lease: null,
      leased_until: null,
      failures,
      renew_at: again,
      state: 'failing' as const,
      reason,
      who,
      state_at: row.state === 'failing' ? row.state_at : at,
    }
    const held = storage.db
      .updateTable('account_links')
      .set(answered ? { ...failed, renewing_since: null } : failed)
      .where('id', '=', row.id)
      .where('lease', '=', lease)
    if (row.state === 'failing') await storage.write([write(held)])
    else await enforcement.change([write(held)], keysOf(row))
    return { kind: 'failed', reason: error.message, who }
  }

  async #giveBack(row: AccountRow, lease: string): Promise<void> {
    const { storage } = this.#needs
    const held = storage.db.updateTable('account_links').set({ lease: null, leased_until: null }).where('id', '=', row.id).where('lease', '=', lease)
    await storage.write([write(held)]).catch(() => {})
  }

  /** Renews what nobody used for a day, before the provider forgets it. */
  async keepAlive(most: number): Promise<number> {
    const { accounts, secrets, clock } = this.#needs
    const due = await accounts.due(clock.now(), most)
    for (const { id, workspace_id } of due) {
      const [workspace, link] = [workspace_id as WorkspaceId, id as LinkId]
      const secret = await secrets.openForUpkeep(workspace, link)
      if (secret !== undefined) await this.renew(workspace, link, secret.version)
    }
    return due.length
  }
}

function keysOf(row: AccountRow): readonly string[] {
  const user = row.user_id as UserId | null
  return [user === null ? `connector:${row.connector_id}` : `user:${user}`, `link:${row.id}`]
}
