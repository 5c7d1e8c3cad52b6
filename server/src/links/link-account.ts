import { record } from '../ledger/index.ts'
import { type Clock, type ConnectorId, newId, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { AccountIdentity } from '../oauth-client/index.ts'
import type { Sealing } from '../sealing/index.ts'
import type { Enforcement, Storage } from '../storage/index.ts'
import type { AccountSecrets, LinkId } from '../vault/index.ts'
import { type Account, type Linkable, MOST_ACCOUNTS, nameOf, type Person, sameAccount } from './account.ts'
import type { AccountRow, AccountStore, SignInTerms } from './account-store.ts'
import type { ConnectPage, ConnectPages } from './connect-pages.ts'
import { AccountNotFoundError, LabelTakenError, OtherAccountError, TooManyAccountsError } from './links-errors.ts'
import type { Probed } from './probe.ts'

/** Whether a rule of the workspace allows an account; throws the refusal where it does not. */
export type AllowsAccount = (asked: {
  readonly workspace: WorkspaceId
  readonly user: UserId
  readonly connector: ConnectorId
  readonly slug: string
  readonly identity: AccountIdentity
}) => Promise<void> | void

export type LinkNeeds = {
  readonly storage: Storage
  readonly clock: Clock
  readonly enforcement: Enforcement
  readonly sealing: Sealing
  readonly secrets: AccountSecrets
  readonly accounts: AccountStore
  readonly pages: ConnectPages
  readonly allows: AllowsAccount
}

/** What is about to be linked. */
export type Fresh = {
  readonly kind: Account['kind']
  readonly secret: string
  readonly identity: AccountIdentity
  readonly probed: Probed['verdict']
  readonly cause: string | null
  readonly terms: SignInTerms | null
  readonly scopes: readonly string[]
  readonly askedScopes: readonly string[]
  readonly renewAt: number | null
}

export type Place = { readonly page: ConnectPage | null; readonly link: LinkId | null; readonly label: string | null }

/**
 * Seals what was just tried, as a new account or in the place of the one that it is.
 * @throws what the rule says, TooManyAccountsError, LabelTakenError, OtherAccountError
 */
export async function linkAccount(needs: LinkNeeds, person: Person, about: Linkable, fresh: Fresh, place: Place): Promise<Account> {
  const { storage, clock, enforcement, sealing, secrets, accounts, pages, allows } = needs
  const { user, workspace } = person
  const { connector, slug } = about
  await allows({ workspace, user, connector, slug, identity: fresh.identity })
  const sealer = await sealing.of(user, workspace)
  const mine = (await accounts.of(person)).filter((account) => account.connector === connector)
  const renewed = whichOf(mine, fresh, place.link)
  if (renewed === undefined && mine.length >= MOST_ACCOUNTS) throw new TooManyAccountsError(MOST_ACCOUNTS)
  if (place.label !== null && mine.some((account) => account.label === place.label && account !== renewed)) throw new LabelTakenError()
  const at = clock.now()
  const link = renewed?.link ?? newId('lnk', at)
  // Whoever links because a call waits means this account; otherwise the one before stays chosen.
  const isDefault = renewed?.isDefault === true || place.page !== null || !mine.some((account) => account.isDefault && account.state !== 'ended')
  const values = {
    kind: fresh.kind,
    label: place.label ?? renewed?.label ?? null,
    sealed_identity: accounts.sealIdentity(sealer, link, fresh.identity),
    is_default: isDefault ? (1 as const) : (0 as const),
    server: fresh.terms === null ? null : JSON.stringify(fresh.terms.server),
    client: fresh.terms === null ? null : JSON.stringify(fresh.terms.client),
    scopes: JSON.stringify(fresh.scopes),
    asked_scopes: JSON.stringify(fresh.askedScopes),
    resource: fresh.terms?.resource ?? null,
    exchange: fresh.terms?.exchange == null ? null : JSON.stringify(fresh.terms.exchange),
    ...(fresh.probed === 'unknown'
      ? { state: 'failing' as const, reason: `Not tested yet: ${fresh.cause ?? 'the connector does not answer.'}`, who: 'wait' }
      : { state: 'good' as const, reason: null, who: null }),
    state_at: at,
    renew_at: fresh.renewAt,
    lease: null,
    leased_until: null,
    renewing_since: null,
    failures: 0,
    tested_at: fresh.probed === 'accepted' ? at : null,
  }
  const row: AccountRow = {
    id: link,
    workspace_id: workspace,
    user_id: user,
    connector_id: connector,
    ...values,
    not_granted: null,
    created_at: at,
    ended_at: null,
  }
  const facts = { connector, kind: fresh.kind, issuer: fresh.terms?.server.issuer, scopes: [...fresh.scopes], tested: fresh.probed }
  await enforcement.change(
    [
      sealing.holding(user, workspace),
      renewed === undefined ? accounts.inserting(row) : accounts.changing(workspace, link, values),
      ...(isDefault ? [accounts.noOtherDefault(person, connector, link)] : []),
      ...secrets.storing({ workspace, user, connector, link }, fresh.secret, about.origins, user, at),
      ...(place.page === null ? [] : [pages.finishing(place.page, at)]),
      record(storage.db, { event: renewed === undefined ? 'account.linked' : 'account.renewed', workspace, subject: link, by: user, at, facts }),
    ],
    [`user:${user}`, `link:${link}`],
  )
  if (place.page !== null) pages.tell(place.page.id)
  const stored = await accounts.row(workspace, link)
  if (stored === undefined) throw new AccountNotFoundError()
  return accounts.account(stored)
}

/** The account that this is: the one that was to be renewed, or the one that it turns out to be. @throws OtherAccountError */
function whichOf(mine: readonly Account[], fresh: Fresh, wanted: LinkId | null): Account | undefined {
  const known = mine.find(
    (account) =>
      account.kind === fresh.kind && sameAccount(account.identity, fresh.identity) && account.issuer === (fresh.terms?.server.issuer ?? null),
  )
  if (wanted === null) return known
  const named = mine.find(({ link }) => link === wanted)
  if (named === undefined) throw new AccountNotFoundError()
  if (named.identity.id !== null && fresh.identity.id !== null && !sameAccount(named.identity, fresh.identity) && named.kind === fresh.kind)
    throw new OtherAccountError(nameOf({ ...named, label: null }), fresh.identity.name ?? fresh.identity.id)
  return named
}
