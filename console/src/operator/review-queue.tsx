import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type QueueEntry, queueQuery } from '../api/review.ts'
import { Foreign } from '../parts/foreign.tsx'
import { Time } from '../parts/time.tsx'

/** What waits for a decision, the riskiest first, each with the reasons for its place. */
export function ReviewQueue() {
  const { data } = useQuery(queueQuery)
  if (data === undefined || data.items.length === 0) return null
  return (
    <section className="panel">
      <h2>Waiting for a decision</h2>
      <ol className="rows">
        {data.items.map((entry) => (
          <Place key={entry.release} entry={entry} />
        ))}
      </ol>
    </section>
  )
}

function Place({ entry }: { readonly entry: QueueEntry }) {
  const { connector, number, findings, reviewersNeeded, agreedBy } = entry
  return (
    <li className="row">
      <div>
        <p>
          <Link to="/publish/$slug/$number" params={{ slug: connector.slug, number: String(number) }}>
            <Foreign text={connector.name} />, release {number}
          </Link>{' '}
          <span className={`chip ${entry.risk >= 40 ? 'caution' : 'plain'}`}>Risk {entry.risk}</span>{' '}
          {findings.blocks === 0 ? null : <span className="chip bad">{findings.blocks} block</span>}{' '}
          {entry.claimedUntil === null ? null : <span className="chip plain">In hand</span>}{' '}
          {reviewersNeeded === 1 ? null : (
            <span className="chip plain">
              {agreedBy.length} of {reviewersNeeded} said yes
            </span>
          )}
        </p>
        <p className="help">
          By <Foreign text={entry.developer} />
          {entry.because.length === 0 ? '' : `. ${entry.because.map(({ why, points }) => `${why} (${points})`).join(', ')}`}.
          {entry.mayDecide ? '' : ' Somebody else has to decide about it.'}
        </p>
      </div>
      <Time at={entry.submittedAt} />
    </li>
  )
}
