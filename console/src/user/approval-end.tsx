import { Link } from '@tanstack/react-router'
import type { ApprovalDetail } from '../api/approvals.ts'
import { News } from '../parts/news.tsx'
import { Time } from '../parts/time.tsx'

/** How it ended, and what to do now. */
export function ApprovalEnd({
  of,
  state,
  isNew,
}: {
  readonly of: ApprovalDetail
  readonly state: Exclude<ApprovalDetail['state'], 'waiting'>
  /** Whether it still waited when the page opened. */
  readonly isNew: boolean
}) {
  const when = of.decidedAt === null ? null : <Time at={of.decidedAt} to="second" />
  return (
    <News isNew={isNew} tone={state === 'approved' || state === 'used' ? 'good' : 'caution'}>
      {state === 'approved' ? (
        <p>
          <strong>You said yes</strong> ({when}). Return to your assistant: it can make the call now. If it gave up, ask it to try again within the
          time that is left.
        </p>
      ) : null}
      {state === 'refused' ? (
        <p>
          <strong>{of.refusal === null ? 'You said no' : 'Somebody who decides about such calls said no'}</strong> ({when}). The call was not sent,
          and your assistant has been told. You can return to it.
        </p>
      ) : null}
      {state === 'used' ? (
        <p>
          <strong>You said yes</strong> ({when}) and the call was made. Its record is under <Link to="/calls">Calls</Link>. You can return to your
          assistant.
        </p>
      ) : null}
      {state === 'expired' ? (
        <p>
          <strong>Out of time, which is a no.</strong> Nothing was sent. If you want it after all, return to your assistant and ask it to make the
          call again.
        </p>
      ) : null}
    </News>
  )
}
