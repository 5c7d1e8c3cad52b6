import type { Egress } from '../egress/index.ts'
import type { Clock, WorkspaceId } from '../lib/index.ts'
import { type AddressRule, OAuthClient } from '../oauth-client/index.ts'
import { GiveUpError, type Handlers, type Schedule } from '../schedule/index.ts'
import type { Sealing } from '../sealing/index.ts'
import type { Enforcement, Storage } from '../storage/index.ts'
import type { Upstream } from '../upstream/index.ts'
import { AccountSecrets, type Vault } from '../vault/index.ts'
import { AccountStore } from './account-store.ts'
import { CallAccounts } from './call-accounts.ts'
import { Clients } from './clients.ts'
import { ConnectPages } from './connect-pages.ts'
import { END_ALL, EndAll } from './end-all.ts'
import type { AllowsAccount } from './link-account.ts'
import { LinkedAccounts } from './linked-accounts.ts'
import { Linking } from './linking.ts'
import { MachineAccounts } from './machine-accounts.ts'
import { Renewals } from './renewals.ts'
import { forgetting, REVOKE, Revocations } from './revocations.ts'
import { SignInPlaces } from './sign-in-place.ts'
import { SignIns } from './sign-ins.ts'
import { SigningKeys } from './signing-key.ts'

export type LinksNeeds = {
  readonly storage: Storage
  readonly clock: Clock
  readonly enforcement: Enforcement
  readonly sealing: Sealing
  readonly schedule: Schedule
  readonly egress: Egress
  readonly upstream: Upstream
  readonly vault: Vault
  readonly node: string
  readonly workspace: WorkspaceId
  readonly rule: AddressRule
  readonly publicUrl: () => string
  /** How this installation introduces itself to providers. */
  readonly name: () => string
  readonly allows?: AllowsAccount
  readonly onFault: (error: unknown) => void
  readonly random?: () => number
}

/** Accounts that people linked at connectors, and everything that keeps them alive. */
export type Links = ReturnType<typeof createLinks>

const KEPT_ALIVE_AT_ONCE = 50
const EVERY = 60_000

export function createLinks(needs: LinksNeeds) {
  const keys = new SigningKeys(needs)
  const oauth = new OAuthClient({
    egress: needs.egress,
    rule: needs.rule,
    publicUrl: needs.publicUrl,
    name: needs.name,
    signingKey: () => keys.current(),
  })
  const secrets = new AccountSecrets(needs)
  const accounts = new AccountStore(needs)
  const clients = new Clients({ ...needs, oauth })
  const pages = new ConnectPages(needs)
  const places = new SignInPlaces({ ...needs, oauth })
  const signIns = new SignIns({ ...needs, oauth, clients, places })
  const revocations = new Revocations({ ...needs, oauth, clients })
  const renewals = new Renewals({ ...needs, oauth, clients, accounts, secrets })
  const linked = new LinkedAccounts({ ...needs, accounts, secrets, revocations })
  const linking = new Linking({ ...needs, oauth, clients, accounts, secrets, pages, signIns, linked, allows: needs.allows ?? (() => {}) })
  const machines = new MachineAccounts({ ...needs, oauth, clients, accounts, secrets, signIns })
  const calls = new CallAccounts({
    ...needs,
    accounts,
    secrets,
    pages,
    renewals,
    linked,
    machines,
    pageLink: (id) => new URL(`/connect/${id}`, needs.publicUrl()).href,
  })

  const endAll = new EndAll({ ...needs, accounts, linked })
  const handlers: Handlers = {
    [END_ALL]: { longest: 10 * EVERY, work: (due) => endAll.work(due) },
    [REVOKE]: {
      attempts: 12,
      work: async (due) => {
        // The last attempt: what the provider would not take back is forgotten here all the same, and the ledger says so.
        if (due.attempts < 12) return revocations.work(due)
        return revocations.work(due).catch(async (error: unknown) => {
          await needs.storage.write([forgetting(needs.storage, due.workspace, due.subject, needs.clock.now())])
          throw new GiveUpError(error instanceof Error ? error.message : 'the provider did not take the tokens back')
        })
      },
    },
    'links.keep-alive': { every: EVERY, longest: 10 * EVERY, work: async () => void (await renewals.keepAlive(KEPT_ALIVE_AT_ONCE)) },
  }

  return { calls, linked, linking, machines, pages, clients, places, signIns, renewals, oauth, handlers, publicKeys: () => keys.publicKeys() }
}
