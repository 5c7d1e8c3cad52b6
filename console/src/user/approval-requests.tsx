import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { requestsQuery } from '../api/workspaces.ts'
import { Countdown } from '../parts/countdown.tsx'
import { Effect } from '../parts/effect.tsx'
import { Foreign } from '../parts/foreign.tsx'

/** Calls of colleagues that wait for whoever is here; nothing at all where none does. */
export function ApprovalRequests() {
  const { data } = useQuery(requestsQuery)
  if (data === undefined || data.items.length === 0) return null
  return (
    <section>
      <h2>Calls of colleagues</h2>
      <ul className="cards">
        {data.items.map((item) => (
          <li key={item.id}>
            <section className="card waiting" aria-labelledby={item.id}>
              <div className="card-head">
                <h3 id={item.id}>
                  <Link to="/approval-requests/$id" params={{ id: item.id }}>
                    <Foreign text={item.tool.title ?? item.tool.name} />
                  </Link>
                </h3>
                <Countdown to={item.expiresAt} />
              </div>
              <p>
                <Foreign text={item.connector.name} /> · for <Foreign text={item.asker.name} />
              </p>
              <Effect effect={item.tool.effect} />
            </section>
          </li>
        ))}
      </ul>
    </section>
  )
}
