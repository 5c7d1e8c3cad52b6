import type { Clock } from '../lib/index.ts'
import type { Storage, Write } from '../storage/index.ts'
import type { Deliveries } from './deliveries.ts'
import type { Delivery, DeliveryId, DeliveryState } from './delivery.ts'
import { DeliveryMovedError } from './delivery-store.ts'
import { ReportUnreadableError } from './notice-errors.ts'
import { type Report, type ReportKind, readReport } from './read-report.ts'

export type TakenReport = {
  readonly delivery: DeliveryId
  readonly kind: ReportKind
  /** False: it changed nothing, since it came twice or too late, or nothing of that name was ever sent. */
  readonly counted: boolean
}

const means: Readonly<Record<ReportKind, DeliveryState>> = {
  delivered: 'accepted',
  relayed: 'accepted',
  delayed: 'deferred',
  failed: 'bounced',
  read: 'seen',
}

/** What mail servers report about mail that was handed over. */
export class Reports {
  readonly #needs: { readonly storage: Storage; readonly clock: Clock; readonly deliveries: Deliveries }
  constructor(needs: { readonly storage: Storage; readonly clock: Clock; readonly deliveries: Deliveries }) {
    this.#needs = needs
  }

  /**
   * Takes one raw message. Where a mail came back, the next address is written to in the same transaction. The same message twice counts once.
   * @throws ReportUnreadableError where it is no report about a mail
   */
  async take(message: string): Promise<TakenReport> {
    const report = readReport(message)
    if (report === null) throw new ReportUnreadableError()
    const { delivery, kind } = report
    for (;;) {
      try {
        const writes = await this.#changes(report)
        if (writes.length > 0) await this.#needs.storage.write(writes)
        return { delivery, kind, counted: writes.length > 0 }
      } catch (error) {
        // The attempt that handed it over was still writing that down: look again.
        if (!(error instanceof DeliveryMovedError)) throw error
      }
    }
  }

  async #changes({ delivery: id, kind, at, said }: Report): Promise<readonly Write[]> {
    const { deliveries, clock } = this.#needs
    const delivery = await deliveries.store.named(id)
    if (delivery === undefined || delivery.channel !== 'e-mail') return []
    const now = clock.now()
    const moved = await deliveries.moving(delivery, means[kind], { at: dated(delivery, at, now), detail: said, firm: kind === 'delivered' })
    if (moved.length === 0 || kind !== 'failed') return moved
    return [...moved, ...(await deliveries.further({ ...delivery, state: 'bounced' }, now))]
  }
}

/** Nobody's clock but ours decides outside the time in which it can have happened. */
function dated({ createdAt }: Delivery, said: number | null, now: number): number {
  return said === null || said < createdAt || said > now ? now : said
}
