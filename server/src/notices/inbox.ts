import { record } from '../ledger/index.ts'
import { type Clock, newId, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Storage, type Write, write } from '../storage/index.ts'
import type { Deliveries } from './deliveries.ts'
import type { Delivery } from './delivery.ts'
import { DeliveryMovedError, type Notice } from './delivery-store.ts'
import { NoticeNotFoundError, NoticeNotMutableError } from './notice-errors.ts'

export type Reader = { readonly user: UserId; readonly workspace: WorkspaceId }
/** More kinds than there are. */
const MOST_MUTED = 100

/** What people do with notices that lie in their inbox here. */
export class Inbox {
  readonly #needs: { readonly storage: Storage; readonly clock: Clock; readonly deliveries: Deliveries }
  constructor(needs: { readonly storage: Storage; readonly clock: Clock; readonly deliveries: Deliveries }) {
    this.#needs = needs
  }

  /**
   * The person opened it, or says that they received it. Once is enough: again changes nothing.
   * @param entitled whether it is theirs to read though it never lay in their inbox, such as somebody's who joined an organisation later
   * @throws NoticeNotFoundError
   */
  async read({ user, workspace }: Reader, id: string, how: 'seen' | 'acknowledged', entitled: boolean): Promise<void> {
    const { storage, clock, deliveries } = this.#needs
    for (;;) {
      const notice = await deliveries.store.notice(workspace, id)
      const found = (await deliveries.store.of(workspace, id)).find((one) => one.channel === 'in-app' && one.user === user)
      if (notice === undefined || (found === undefined && !entitled)) throw new NoticeNotFoundError()
      const delivery = found ?? laidDown(notice, user, clock.now())
      const begun = found === undefined ? deliveries.addressing(notice, [delivery], clock.now()) : []
      const moved = await deliveries.moving(delivery, how, { by: user })
      try {
        if (moved.length > 0) await storage.write([...begun, ...moved])
        return
      } catch (error) {
        // The same person in another window.
        if (!(error instanceof DeliveryMovedError)) throw error
      }
    }
  }

  /** Kinds about which a person wants no mail, in order. */
  async muted({ user, workspace }: Reader): Promise<readonly string[]> {
    const query = this.#needs.storage.db.selectFrom('notice_mutes').select('kind').where('workspace_id', '=', workspace).where('user_id', '=', user)
    return (await query.orderBy('kind').execute()).map(({ kind }) => kind)
  }

  /**
   * Says about which kinds the person wants no mail; they still lie in the inbox. Legal notices go out whatever stands here.
   * @throws NoticeNotMutableError for a kind of which the person was sent a legal notice
   */
  async mute({ user, workspace }: Reader, kinds: readonly string[]): Promise<void> {
    const { storage, clock } = this.#needs
    const { db } = storage
    const at = clock.now()
    const wanted = [...new Set(kinds)].toSorted().slice(0, MOST_MUTED)
    if (wanted.length > 0) {
      const legal = db.selectFrom('notices').select('kind').where('workspace_id', '=', workspace).where('kind', 'in', wanted).where('legal', '=', 1)
      const found = await legal.where('recipient_kind', '=', 'user').where('recipient', '=', user).executeTakeFirst()
      if (found !== undefined) throw new NoticeNotMutableError(found.kind)
    }
    await storage.write([
      write(db.deleteFrom('notice_mutes').where('workspace_id', '=', workspace).where('user_id', '=', user)),
      ...wanted.map((kind): Write => write(db.insertInto('notice_mutes').values({ workspace_id: workspace, user_id: user, kind, at }))),
      record(db, { event: 'notices.muted', workspace, subject: user, by: user, at, facts: { kinds: wanted } }),
    ])
  }
}

function laidDown({ id: notice, workspace }: Notice, user: UserId, at: number): Delivery {
  const place = { channel: 'in-app', place: user, user, state: 'accepted', stateAt: at } as const
  return { id: newId('dlv', at), workspace, notice, ...place, servedAt: null, firm: false, createdAt: at }
}
