import type { Kysely } from 'kysely'
import { record } from '../ledger/index.ts'
import type { UserId } from '../lib/index.ts'
import { type Schema, type Write, write, writeOne } from '../storage/index.ts'
import type { Answer, Approval } from './approval.ts'
import { ApprovalGoneError } from './consent-errors.ts'
import type { Need } from './needs.ts'
import { NotApproverError } from './policy-errors.ts'

export type Deciding = {
  readonly approval: Approval
  readonly by: UserId
  readonly at: number
  readonly answer: Answer
  /** What this person's yes is good for. */
  readonly needs: readonly Need[]
  readonly sealedReason: string | null
}

/** Where what somebody wrote who said no is sealed, under the key of the person whose call it was. */
export function reasonPlace(id: string): string {
  return `approval-reason:${id}`
}

/**
 * The statements of one answer. A no is a no, whoever of those that are asked says it. A yes settles what it is good for, and the call may be made once
 * everything is settled; the approval's row is taken first, so that of two yeses at once the second one sees the first.
 * @throws NotApproverError for a yes that is good for nothing; ApprovalGoneError from the transaction
 */
export function deciding(db: Kysely<Schema>, { approval, by, at, answer, needs, sealedReason }: Deciding): readonly Write[] {
  const { id, workspace } = approval
  const about = { connector: approval.connector, tool: approval.tool, ...rulesOf(needs) }
  const open = () =>
    db
      .updateTable('approvals')
      .where('id', '=', id)
      .where('workspace_id', '=', workspace)
      .where('user_id', '=', approval.user)
      .where('state', '=', 'waiting')
      .where('expires_at', '>', at)
  const gone = () => new ApprovalGoneError()
  if (!answer.yes) {
    const said = { state: 'refused' as const, decided_at: at, decided_by: by, sealed_reason: sealedReason }
    return [writeOne(open().set(said), gone), record(db, { event: 'approval.refused', workspace, subject: id, by, at, facts: about })]
  }
  if (needs.length === 0) throw new NotApproverError()
  const settled = { state: 'approved' as const, decided_at: at, decided_by: by }
  const granted = record(db, { event: 'approval.granted', workspace, subject: id, by, at, facts: { ...about, lasting: answer.lasting } })
  if (needs.length === approval.needs.length) return [writeOne(open().set(settled), gone), granted]
  const votes = needs.map(({ key }) =>
    write(
      db
        .insertInto('approval_votes')
        .values({ approval_id: id, need: key, workspace_id: workspace, user_id: by, at })
        .onConflict((conflict) => conflict.columns(['approval_id', 'need']).doNothing()),
    ),
  )
  const counted = db
    .selectFrom('approval_votes')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('approval_id', '=', id)
    .where('workspace_id', '=', workspace)
  return [
    writeOne(
      open().set((eb) => ({ state: eb.ref('state') })),
      gone,
    ),
    ...votes,
    write(open().set(settled).where(counted, '>=', approval.needs.length)),
    granted,
  ]
}

function rulesOf(needs: readonly Need[]): { readonly policy?: number | null; readonly rules?: readonly string[] } {
  const ruled = needs.filter(({ rule }) => rule !== null)
  return ruled.length === 0 ? {} : { policy: ruled[0]?.version ?? null, rules: ruled.map(({ rule }) => rule ?? '') }
}
