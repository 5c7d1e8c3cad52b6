import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ConnectorSummary, publishedQuery } from '../api/publishing.ts'
import { Foreign } from '../parts/foreign.tsx'
import { itemsOf, More } from '../parts/more.tsx'
import { Page } from '../parts/page.tsx'
import { useRole } from '../parts/session.tsx'
import { Answered, Empty } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { AppealsWaiting } from './appeals.tsx'
import { ConnectorStatus } from './connector-status.tsx'
import { NoticeFindings } from './notice-findings.tsx'
import { ReviewQueue } from './review-queue.tsx'

/** Every connector with where it stands; those that wait for a decision first. */
export function PublishPage() {
  const asked = useInfiniteQuery(publishedQuery)
  const publishes = useRole('developer')
  const sees = useRole('reviewer', 'operator')
  return (
    <Page
      title="Connectors"
      lead="What was handed in here, what was decided about it, and the switches."
      aside={
        publishes ? (
          <Link to="/publish/new" className="button main">
            Hand in a connector
          </Link>
        ) : undefined
      }
    >
      {sees ? <ReviewQueue /> : null}
      {sees ? <AppealsWaiting /> : null}
      {sees ? <NoticeFindings /> : null}
      <Answered asked={asked} what="connectors">
        {(data) => {
          const items = itemsOf(data)
          if (items.length === 0)
            return (
              <Empty title="Nothing was handed in yet.">
                <p>
                  {publishes ? (
                    <>
                      <Link to="/publish/new">Hand one in</Link>, or from a terminal: <code>handfast connector add</code> with its manifest.
                    </>
                  ) : (
                    'Somebody with the role developer hands the first one in.'
                  )}
                </p>
              </Empty>
            )
          const waiting = items.filter((item) => item.status === 'in-review')
          return (
            <>
              <PublishedTable items={[...waiting, ...items.filter((item) => item.status !== 'in-review')]} />
              <More asked={asked} />
            </>
          )
        }}
      </Answered>
    </Page>
  )
}

function PublishedTable({ items }: { readonly items: readonly ConnectorSummary[] }) {
  return (
    <div className="table-frame">
      <table className="table stacked">
        <caption className="only-heard">Connectors</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Status</th>
            <th scope="col">Published by</th>
            <th scope="col">Kind</th>
            <th scope="col" className="number">
              Tools
            </th>
            <th scope="col">Since</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.id}>
              <th scope="row">
                <Link to="/publish/$slug" params={{ slug: item.slug }}>
                  <Foreign text={item.name} />
                </Link>{' '}
                <code className="help">{item.slug}</code>
              </th>
              <td>
                <ConnectorStatus status={item.status} selfReviewed={item.selfReviewed} />
              </td>
              <td data-label="Published by">
                {item.publishedBy === null ? <span className="help">nothing published</span> : <Foreign text={item.publishedBy.developer} />}
              </td>
              <td data-label="Kind">{item.kind === 'mcp' ? 'MCP server' : 'HTTP API'}</td>
              <td data-label="Tools" className="number">
                {item.release === null ? <span className="help">not yet</span> : item.tools}
              </td>
              <td data-label="Since">
                <Time at={item.createdAt} to="day" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
