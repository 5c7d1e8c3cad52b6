import { record } from '../ledger/index.ts'
import { type Clock, type ConnectorId, HOUR, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Enforcement, type Storage, type Write, write } from '../storage/index.ts'
import type { Upstream } from '../upstream/index.ts'
import { type AccountSecrets, type LinkId, openedFor } from '../vault/index.ts'
import type { Account, Linkable, Person } from './account.ts'
import { type AccountRow, type AccountStore, termsOf } from './account-store.ts'
import { AccountNotFoundError, LabelTakenError } from './links-errors.ts'
import { probe } from './probe.ts'
import type { RevocationProof, Revocations } from './revocations.ts'
import { readTokenSet } from './token-set.ts'

export type LinkedNeeds = {
  readonly storage: Storage
  readonly clock: Clock
  readonly enforcement: Enforcement
  readonly secrets: AccountSecrets
  readonly accounts: AccountStore
  readonly revocations: Revocations
  readonly upstream: Upstream
}

/** What was not granted is not asked for again so long. */
const REMEMBERED = HOUR
const AT_ONCE = 100

/** The accounts as people see them: named, chosen, tested, and removed here and at the provider. */
export class LinkedAccounts {
  readonly #needs: LinkedNeeds

  constructor(needs: LinkedNeeds) {
    this.#needs = needs
  }

  of(person: Person): Promise<readonly Account[]> {
    return this.#needs.accounts.of(person)
  }

  /** @throws AccountNotFoundError also when it is somebody else's */
  async one(person: Person, link: string): Promise<Account> {
    return this.#needs.accounts.account(await this.#row(person, link))
  }

  async #row(person: Person, link: string): Promise<AccountRow> {
    const row = await this.#needs.accounts.row(person.workspace, link as LinkId)
    if (row === undefined || row.user_id !== person.user) throw new AccountNotFoundError()
    return row
  }

  /** The person names an account, or chooses it for calls. @throws AccountNotFoundError, LabelTakenError */
  async change(
    person: Person,
    link: string,
    wish: { readonly label?: string | null | undefined; readonly isDefault?: true | undefined },
  ): Promise<Account> {
    const { storage, clock, enforcement, accounts } = this.#needs
    const account = await this.one(person, link)
    const at = clock.now()
    const { workspace, user } = person
    if (wish.label != null) {
      const taken = (await accounts.of(person)).some(
        (other) => other.connector === account.connector && other.label === wish.label && other.link !== account.link,
      )
      if (taken) throw new LabelTakenError()
    }
    await enforcement.change(
      [
        ...(wish.label === undefined ? [] : [accounts.changing(workspace, account.link, { label: wish.label })]),
        ...(wish.isDefault === undefined
          ? []
          : [accounts.changing(workspace, account.link, { is_default: 1 }), accounts.noOtherDefault(person, account.connector, account.link)]),
        record(storage.db, {
          event: 'account.changed',
          workspace,
          subject: account.link,
          by: user,
          at,
          facts: {
            connector: account.connector,
            ...(wish.label === undefined ? {} : { named: true }),
            ...(wish.isDefault === undefined ? {} : { chosen: true }),
          },
        }),
      ],
      [`user:${user}`],
    )
    return this.one(person, link)
  }

  /** Asks the connector whether it still takes the account, and writes down what it said. @throws AccountNotFoundError */
  async test(person: Person, link: string, about: Linkable): Promise<Account> {
    const { storage, clock, enforcement, accounts, secrets, upstream } = this.#needs
    const account = await this.one(person, link)
    const secret = await secrets.openForUpkeep(person.workspace, account.link)
    if (secret === undefined || !about.origins.every((origin) => secret.origins.includes(origin))) throw new AccountNotFoundError()
    const plain = account.kind === 'key' ? secret.secret : readTokenSet(secret.secret).access
    const probed = await probe(upstream, about, plain, AbortSignal.timeout(30_000))
    const at = clock.now()
    const said =
      probed.verdict === 'refused'
        ? { state: 'ended' as const, reason: `${about.name} was asked and does not accept it.`, who: 'user' }
        : probed.verdict === 'unknown'
          ? { state: 'failing' as const, reason: probed.cause?.message ?? 'The connector does not answer.', who: probed.cause?.who ?? 'wait' }
          : { state: 'good' as const, reason: null, who: null, ...(probed.verdict === 'accepted' ? { tested_at: at } : {}) }
    const opened = openedFor(storage.db, 'test', secret, person.user, at)
    await enforcement.change([accounts.changing(person.workspace, account.link, { ...said, state_at: at }), opened], [`user:${person.user}`])
    return this.one(person, link)
  }

  /** The connector does not take it any more: its owner has to act. */
  async end(account: Account, reason: string): Promise<void> {
    const { storage, clock, enforcement, accounts } = this.#needs
    const at = clock.now()
    await enforcement.change(
      [
        accounts.changing(account.workspace, account.link, { state: 'ended', reason, who: 'user', state_at: at, renew_at: null }),
        record(storage.db, {
          event: 'account.ended',
          workspace: account.workspace,
          subject: account.link,
          by: 'system',
          at,
          facts: { connector: account.connector, why: reason },
        }),
      ],
      [account.user === null ? `connector:${account.connector}` : `user:${account.user}`],
    )
  }

  /**
   * Removes an account: destroyed here in any case, and the provider asked to take its tokens back. Where the provider does not answer, it is asked
   * again until it does.
   */
  async unlink(person: Person, link: string): Promise<{ readonly revocation: RevocationProof }> {
    const { enforcement, revocations } = this.#needs
    const row = await this.#row(person, link)
    const { writes, owed } = await this.#unlinking(row, person.user)
    const next = row.is_default === 1 ? await this.#nextDefault(person, row) : []
    await enforcement.change([...writes, ...next], [`user:${person.user}`, `link:${link}`])
    return { revocation: owed === null ? { kind: 'not-offered' } : await revocations.tryNow(person.workspace, owed) }
  }

  /** Removes what a whole workspace has at a connector, before the client goes that it was had with. @returns what the provider said, null: there was nothing */
  async unlinkShared(workspace: WorkspaceId, connector: ConnectorId, by: UserId): Promise<RevocationProof | null> {
    const { accounts, enforcement, revocations } = this.#needs
    const shared = await accounts.shared(workspace, connector)
    const row = shared === undefined ? undefined : await accounts.row(workspace, shared.link)
    if (row === undefined) return null
    const { writes, owed } = await this.#unlinking(row, by)
    await enforcement.change(writes, [`connector:${connector}`, `link:${row.id}`])
    return owed === null ? { kind: 'not-offered' } : revocations.tryNow(workspace, owed)
  }

  async #unlinking(row: AccountRow, by: UserId | 'system'): Promise<{ readonly writes: readonly Write[]; readonly owed: string | null }> {
    const { storage, clock, accounts, secrets, revocations } = this.#needs
    const at = clock.now()
    const workspace = row.workspace_id as WorkspaceId
    const link = row.id as LinkId
    const secret = await secrets.openForUpkeep(workspace, link)
    const terms = termsOf(row)
    const owed = secret === undefined || terms === null ? null : revocations.owing(secret, terms, at)
    const gone = { ended_at: at, is_default: 0 as const, renew_at: null, lease: null, leased_until: null, sealed_identity: null, label: null }
    return {
      owed: owed?.id ?? null,
      writes: [
        ...(secret === undefined || owed === null ? [] : [openedFor(storage.db, 'revocation', secret, by, at)]),
        ...(secret === undefined ? [] : secrets.destroying(secret, by, at)),
        accounts.changing(workspace, link, gone),
        ...(owed?.writes ?? []),
        record(storage.db, {
          event: 'account.unlinked',
          workspace,
          subject: link,
          by,
          at,
          facts: { connector: row.connector_id, kind: row.kind, revocation: owed === null ? 'not offered' : 'asked for' },
        }),
      ],
    }
  }

  async #nextDefault(person: Person, gone: AccountRow): Promise<readonly Write[]> {
    const others = (await this.of(person)).filter((account) => account.connector === gone.connector_id && account.link !== gone.id)
    const next = others.find(({ state }) => state !== 'ended') ?? others[0]
    return next === undefined ? [] : [this.#needs.accounts.changing(person.workspace, next.link, { is_default: 1 })]
  }

  /** Removes all accounts of a person at a connector, or everywhere. */
  async unlinkAll(person: Person, connector?: ConnectorId): Promise<void> {
    for (const account of await this.of(person))
      if (connector === undefined || account.connector === connector) await this.unlink(person, account.link)
  }

  /** Removes the accounts of everybody at a connector that is gone; the providers are asked by the runner. Answers how many there were. */
  async unlinkEverybody(connector: ConnectorId): Promise<number> {
    const { enforcement, accounts } = this.#needs
    let count = 0
    for (;;) {
      const rows = await accounts.liveAt(connector, AT_ONCE)
      if (rows.length === 0) return count
      for (const row of rows) {
        const { writes } = await this.#unlinking(row, 'system')
        await enforcement.change(writes, [row.user_id === null ? `connector:${connector}` : `user:${row.user_id}`, `link:${row.id}`])
        count++
      }
    }
  }

  /** The statements that remove all accounts of a person, for the transaction that erases the rest; the providers are asked by the runner. */
  async erasing(person: Person): Promise<readonly Write[]> {
    const rows = await this.#needs.accounts.live(person.workspace).where('user_id', '=', person.user).execute()
    const removed = await Promise.all(rows.map((row) => this.#unlinking(row, person.user)))
    const { db } = this.#needs.storage
    const deleted = (['connect_pages', 'sign_in_attempts'] as const).map((table) =>
      write(db.deleteFrom(table).where('workspace_id', '=', person.workspace).where('user_id', '=', person.user)),
    )
    return [...removed.flatMap(({ writes }) => writes), ...deleted]
  }

  /** What the person was asked for and the provider did not grant. */
  async rememberNotGranted(account: Account, scopes: readonly string[]): Promise<void> {
    const { storage, clock, accounts } = this.#needs
    await storage.write([accounts.changing(account.workspace, account.link, { not_granted: JSON.stringify({ scopes, at: clock.now() }) })])
  }

  /** Whether one of these was asked for lately and not granted. */
  async wasNotGranted(account: Account, scopes: readonly string[]): Promise<boolean> {
    const row = await this.#needs.accounts.row(account.workspace, account.link)
    if (row?.not_granted == null) return false
    const remembered = JSON.parse(row.not_granted) as { scopes: string[]; at: number }
    return this.#needs.clock.now() - remembered.at < REMEMBERED && scopes.some((scope) => remembered.scopes.includes(scope))
  }
}
