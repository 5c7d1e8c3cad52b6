import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type Approval, allApprovalsQuery, waitingQuery } from '../api/approvals.ts'
import { Countdown } from '../parts/countdown.tsx'
import { Effect } from '../parts/effect.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { itemsOf, More } from '../parts/more.tsx'
import { Page } from '../parts/page.tsx'
import { Answered, Empty } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { ApprovalRequests } from './approval-requests.tsx'

const ends = {
  waiting: 'Waiting',
  approved: 'Approved, not used yet',
  refused: 'Refused',
  used: 'Approved and used',
  expired: 'No answer in time: no',
} as const

/** Calls that wait for a yes, and what was answered before. */
export function ApprovalsPage() {
  const waiting = useQuery(waitingQuery)
  const all = useInfiniteQuery(allApprovalsQuery)
  return (
    <Page title="Approvals" lead="Calls that need your yes before they are sent. No answer within ten minutes is a no.">
      <section aria-label="Waiting for you">
        <Answered asked={waiting} what="what waits">
          {({ items }) => (items.length === 0 ? <Empty title="Nothing waits for you." /> : <WaitingList items={items} />)}
        </Answered>
      </section>
      <ApprovalRequests />
      <section>
        <h2>Earlier</h2>
        <Answered asked={all} what="earlier approvals">
          {(data) => {
            const earlier = itemsOf(data).filter((item) => item.state !== 'waiting')
            return earlier.length === 0 ? <p className="help">None so far.</p> : <Earlier items={earlier} />
          }}
        </Answered>
        <More asked={all} />
      </section>
    </Page>
  )
}

export function WaitingList({ items }: { readonly items: readonly Approval[] }) {
  return (
    <ul className="cards">
      {items.map((item) => (
        <li key={item.id}>
          <section className="card waiting" aria-labelledby={item.id}>
            <div className="card-head">
              <h2 id={item.id}>
                <Link to="/approvals/$id" params={{ id: item.id }}>
                  <Foreign text={item.tool.title ?? item.tool.name} />
                </Link>
              </h2>
              <Countdown to={item.expiresAt} />
            </div>
            <p>
              <Foreign text={item.connector.name} /> · asked by <Foreign text={item.assistant.name} />
            </p>
            <Effect effect={item.tool.effect} />
          </section>
        </li>
      ))}
    </ul>
  )
}

function Earlier({ items }: { readonly items: readonly Approval[] }) {
  return (
    <ul className="rows">
      {items.map((item) => (
        <li key={item.id} className="row">
          <Link to="/approvals/$id" params={{ id: item.id }}>
            <Foreign text={item.tool.title ?? item.tool.name} />
          </Link>
          <span className="help">
            <Foreign text={item.connector.name} />
          </span>
          <span className="help">{ends[item.state]}</span>
          <Time at={item.decidedAt ?? item.createdAt} />
        </li>
      ))}
    </ul>
  )
}
