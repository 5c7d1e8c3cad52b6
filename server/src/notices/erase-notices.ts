import { DAY, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Handlers, Schedule } from '../schedule/index.ts'
import { type Storage, type Write, write } from '../storage/index.ts'
import type { DeliveryId } from './delivery.ts'
import type { KeptMails } from './kept-mail.ts'
import { LetterStore } from './letter-store.ts'

const FORGET = 'notices.forget-mails'
/** What strangers were sent that is no legal notice, such as codes for an address. */
const STRANGERS_KEPT = 30 * DAY
/** So many ids fit in one deadline; who has more has more deadlines. */
const PAGE = 500

type Needs = { readonly storage: Storage; readonly schedule: Schedule; readonly kept: KeptMails | null }
type Person = { readonly user: UserId; readonly workspace: WorkspaceId }

/**
 * What goes when a person is erased: notices to them, with every copy; and of notices that they got for an organisation or the operator the address and
 * the copy. That those were served, when and how, stays: it concerns the organisation.
 */
export class NoticeErasure {
  readonly #needs: Needs
  constructor(needs: Needs) {
    this.#needs = needs
  }

  async erasing({ user, workspace }: Person, at: number): Promise<readonly Write[]> {
    const { storage, schedule } = this.#needs
    const { db } = storage
    const own = db
      .selectFrom('notices')
      .select('id')
      .where('workspace_id', '=', workspace)
      .where('recipient_kind', '=', 'user')
      .where('recipient', '=', user)
    const others = db
      .selectFrom('notice_deliveries')
      .select('id')
      .where('workspace_id', '=', workspace)
      .where('user_id', '=', user)
      .where('notice_id', 'not in', own)
    const mails = await db
      .selectFrom('notice_deliveries')
      .select('id')
      .where('workspace_id', '=', workspace)
      .where('channel', '=', 'e-mail')
      .where((eb) => eb.or([eb('user_id', '=', user), eb('notice_id', 'in', own)]))
      .execute()
    const ids = mails.map(({ id }) => id)
    const pages = Array.from({ length: Math.ceil(ids.length / PAGE) }, (_, page) => ids.slice(page * PAGE, (page + 1) * PAGE))
    const mail = db
      .updateTable('notice_deliveries')
      .set((eb) => ({ place: eb.ref('id') }))
      .where('channel', '=', 'e-mail')
    return [
      // Files go after the transaction: until then nothing may be lost, and afterwards nothing may stay.
      ...pages.map((mailIds, page) =>
        schedule.putting({ workspace, kind: FORGET, subject: `${user}/${page}`, dueAt: at, payload: { mails: mailIds } }),
      ),
      write(db.deleteFrom('notice_copies').where('delivery_id', 'in', others)),
      write(db.updateTable('notice_steps').set({ detail: null }).where('delivery_id', 'in', others)),
      write(mail.where('id', 'in', others)),
      ...removing(storage, own),
      write(db.deleteFrom('notice_mutes').where('workspace_id', '=', workspace).where('user_id', '=', user)),
      ...new LetterStore(db).erasing(workspace, user),
    ]
  }

  handlers(): Handlers {
    const { storage, kept } = this.#needs
    return {
      [FORGET]: {
        work: async ({ payload }) => {
          for (const id of payload['mails'] as readonly DeliveryId[]) await kept?.forget(id)
        },
      },
      'notices.tidy': {
        every: DAY,
        work: async ({ now }) => {
          const { db } = storage
          const old = db.selectFrom('notices').select('id').where('recipient_kind', '=', 'outsider').where('legal', '=', 0)
          const stale = old.where('at', '<=', now - STRANGERS_KEPT)
          const mails = await db.selectFrom('notice_deliveries').select('id').where('notice_id', 'in', stale).execute()
          for (const { id } of mails) await kept?.forget(id as DeliveryId)
          return { writes: removing(storage, stale) }
        },
      },
    }
  }
}

/** The statements that remove notices with all that became of them. */
function removing({ db }: Storage, notices: ReturnType<typeof anyNotices>): readonly Write[] {
  const deliveries = db.selectFrom('notice_deliveries').select('id').where('notice_id', 'in', notices)
  return [
    write(db.deleteFrom('notice_copies').where('delivery_id', 'in', deliveries)),
    write(db.deleteFrom('notice_steps').where('delivery_id', 'in', deliveries)),
    write(db.deleteFrom('notice_deliveries').where('notice_id', 'in', notices)),
    write(db.deleteFrom('notice_tasks').where('notice_id', 'in', notices)),
    write(db.deleteFrom('notices').where('id', 'in', notices)),
  ]
}

function anyNotices({ db }: Storage) {
  return db.selectFrom('notices').select('id')
}
