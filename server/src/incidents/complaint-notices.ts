import { type CallId, rfc3339, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { NewNotice, Outbox } from '../notices/index.ts'
import type { Write } from '../storage/index.ts'
import type { ComplaintRecord } from './complaint.ts'

type About = Pick<ComplaintRecord, 'id' | 'workspace' | 'connector' | 'developer' | 'complainant' | 'decideBy' | 'explanation'>

/** What people are told about a complaint: whoever complained, the developer, the operator, and the user whose answer is not shown any more. */
export class ComplaintNotices {
  readonly #outbox: Outbox

  constructor(outbox: Outbox) {
    this.#outbox = outbox
  }

  received(about: About, at: number): readonly Write[] {
    const by = rfc3339(about.decideBy)
    return [
      ...this.#to({ kind: 'operator' }, about, 'complaints.received', 'Somebody complained', `Complaint ${about.id} is to be decided by ${by}.`, at),
      ...this.#to(
        complainantOf(about),
        about,
        'complaints.received',
        'Your complaint has arrived',
        `It is looked at by a person and decided by ${by}. Number: ${about.id}\n\nIf it was not you who complained, you can ignore this.`,
        at,
      ),
    ]
  }

  acknowledged(about: About, at: number): readonly Write[] {
    return [
      ...this.#to(complainantOf(about), about, 'complaints.changed', 'Your complaint is being looked at', `Number: ${about.id}`, at),
      ...this.#toDeveloper(
        about,
        'complaints.about-you',
        'Somebody complained about your connector',
        `It is decided by ${rfc3339(about.decideBy)}. Until then you can say what you think about it; the decision takes it into account.\n\nNumber: ${about.id}\n\n${about.explanation}`,
        at,
      ),
    ]
  }

  due(about: About, isOver: boolean, at: number): readonly Write[] {
    const title = isOver ? 'A complaint is overdue' : 'A complaint has to be decided'
    const kind = isOver ? 'complaints.overdue' : 'complaints.due'
    return this.#to({ kind: 'operator' }, about, kind, title, `Complaint ${about.id}: ${rfc3339(about.decideBy)}.`, at)
  }

  decided(about: About, upheld: boolean, reasons: string, at: number): readonly Write[] {
    const said = `${upheld ? 'It was upheld.' : 'It was not upheld.'}\n\nReasons: ${reasons}\n\nNumber: ${about.id}`
    return [
      ...this.#to(complainantOf(about), about, 'complaints.decided', 'Your complaint was decided', said, at),
      ...this.#toDeveloper(about, 'complaints.decided', 'A complaint was decided', said, at),
    ]
  }

  /** @param whose the user whose call it was */
  blocked({ connector }: About, call: CallId, whose: { readonly user: UserId; readonly workspace: WorkspaceId }, at: number): readonly Write[] {
    return this.#outbox.sending(
      {
        workspace: whose.workspace,
        to: { kind: 'user', user: whose.user },
        kind: 'complaints.answer-blocked',
        clause: '6a-indemnity',
        legal: false,
        connector,
        subject: call,
        title: 'An answer in your history is not shown any more',
        body: 'Somebody complained about it, and the complaint was upheld. That you made the call stays in your history.',
      },
      at,
    )
  }

  #toDeveloper(about: About, kind: NewNotice['kind'], title: string, body: string, at: number): readonly Write[] {
    if (about.developer === null) return []
    return this.#to({ kind: 'developer', developer: about.developer, purpose: 'legal' }, about, kind, title, body, at)
  }

  #to(to: NewNotice['to'], { workspace, connector, id }: About, kind: NewNotice['kind'], title: string, body: string, at: number): readonly Write[] {
    return this.#outbox.sending({ workspace, to, kind, clause: '6a-indemnity', legal: false, connector, subject: id, title, body }, at)
  }
}

const complainantOf = ({ complainant }: About): NewNotice['to'] => ({ kind: 'outsider', email: complainant.email })
