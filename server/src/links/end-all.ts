import type { ConnectorId, UserId, WorkspaceId } from '../lib/index.ts'
import type { Done, Due, Schedule } from '../schedule/index.ts'
import type { Storage, Write } from '../storage/index.ts'
import type { Vault } from '../vault/index.ts'
import type { AccountStore } from './account-store.ts'
import type { LinkedAccounts } from './linked-accounts.ts'

export const END_ALL = 'links.end-all'
const AT_ONCE = 50

/** `revoke`: destroyed here and taken back at the provider. `renew`: kept, but good for nothing until its person signs in again or gives a new key. */
export type EndingAll = { readonly how: 'revoke' | 'renew'; readonly reason: string }

type Needs = { readonly storage: Storage; readonly accounts: AccountStore; readonly linked: LinkedAccounts; readonly vault: Vault }

/** The statement that has every account at a connector ended, from now on. */
export function endingAll(schedule: Schedule, workspace: WorkspaceId, connector: ConnectorId, { how, reason }: EndingAll, at: number): Write {
  const payload = { how, reason, after: '', startedAt: at }
  return schedule.putting({ workspace, kind: END_ALL, subject: `${connector}/${how}`, dueAt: at, payload })
}

/** Ends every account at a connector, of everybody in every workspace, such as after a breach there. It goes page by page and can be done again. */
export class EndAll {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  async work({ subject, payload, now }: Due): Promise<Done> {
    const [connector = ''] = subject.split('/')
    const { how, reason, after, startedAt } = payload as unknown as EndingAll & { readonly after: string; readonly startedAt: number }
    const { db } = this.#needs.storage
    const rows = await db
      .selectFrom('account_links')
      .selectAll()
      .where('connector_id', '=', connector)
      .where('ended_at', 'is', null)
      // Whoever links an account again meanwhile keeps it.
      .where('created_at', '<=', startedAt)
      .where('id', '>', after)
      .orderBy('id')
      .limit(AT_ONCE)
      .execute()
    for (const row of rows) {
      const user = row.user_id as UserId | null
      if (how === 'revoke' && user !== null) await this.#needs.linked.unlink({ user, workspace: row.workspace_id as WorkspaceId }, row.id)
      else await this.#needs.linked.end(await this.#needs.accounts.account(row), reason)
    }
    const last = rows.at(-1)
    if (last !== undefined && rows.length === AT_ONCE) return { next: now + 1, payload: { how, reason, after: last.id, startedAt } }
    await this.#destroyKeys(connector as ConnectorId, startedAt)
    return {}
  }

  /** Keys that stand by themselves are destroyed in both cases: nothing else makes their owner give another. */
  async #destroyKeys(connector: ConnectorId, startedAt: number): Promise<void> {
    const keys = await this.#needs.storage.db
      .selectFrom('credentials')
      .select(['workspace_id', 'user_id', 'set_by'])
      .where('connector_id', '=', connector)
      .where('link_id', 'is', null)
      .where('destroyed_at', 'is', null)
      .where('created_at', '<=', startedAt)
      .execute()
    for (const { workspace_id, user_id, set_by } of keys)
      await this.#needs.vault.destroy({ workspace: workspace_id as WorkspaceId, user: user_id as UserId | null }, connector, set_by as UserId)
  }
}
