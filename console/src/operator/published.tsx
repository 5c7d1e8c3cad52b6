import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { type ConnectorDetail, publishedOneQuery } from '../api/publishing.ts'
import { Foreign } from '../parts/foreign.tsx'
import { Page } from '../parts/page.tsx'
import { useRole } from '../parts/session.tsx'
import { Answered } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { ConnectorStatus } from './connector-status.tsx'
import { Decisions } from './decisions.tsx'
import { SharedKey } from './shared-key.tsx'
import { Steer } from './steer.tsx'
import { ToolStates } from './tool-states.tsx'

/** One connector from behind: its releases, the log of decisions, the switches. */
export function PublishedPage() {
  const { slug } = useParams({ from: '/house/publish/$slug' })
  const asked = useQuery(publishedOneQuery(slug))
  if (asked.data === undefined)
    return (
      <Page title="Connector">
        <Answered asked={asked} what="the connector">
          {() => null}
        </Answered>
      </Page>
    )
  return <PublishedSheet of={asked.data} />
}

function PublishedSheet({ of }: { readonly of: ConnectorDetail }) {
  const { inside } = of
  const runs = useRole('operator')
  return (
    <Page
      title={of.name}
      lead={
        <>
          <code>{of.slug}</code> · {of.kind === 'mcp' ? 'MCP server' : 'HTTP API'}
          {inside?.url == null ? null : (
            <>
              {' '}
              at{' '}
              <code>
                <Foreign text={inside.url} />
              </code>
            </>
          )}
        </>
      }
      aside={<ConnectorStatus status={of.status} selfReviewed={of.selfReviewed} />}
    >
      {of.statusReason === null ? null : (
        <div className="notice caution" role="note">
          Reason: <Foreign text={of.statusReason} lines />
        </div>
      )}
      {inside === null ? (
        <p className="help">The rest is for its developer, reviewers and operators.</p>
      ) : (
        <>
          {inside.termsAccepted ? null : <p className="notice caution">Its developer has not accepted the terms, so no call reaches it.</p>}
          <Releases of={of} releases={inside.releases} />
          <ToolStates slug={of.slug} />
          <section>
            <h2>Decisions</h2>
            <Decisions slug={of.slug} decisions={inside.decisions} releases={inside.releases} />
          </section>
          {runs && of.credential === 'needed' && of.status !== 'removed' ? <SharedKey slug={of.slug} /> : null}
          {of.status === 'removed' ? null : <Steer of={of} suspendedBy={inside.suspendedBy} />}
        </>
      )}
    </Page>
  )
}

function Releases({ of, releases }: { readonly of: ConnectorDetail; readonly releases: NonNullable<ConnectorDetail['inside']>['releases'] }) {
  return (
    <section>
      <h2>Releases</h2>
      {releases.length === 0 ? <p className="help">None was handed in yet.</p> : null}
      <ul className="rows">
        {releases.map((release) => (
          <li key={release.id} className="row">
            <Link to="/publish/$slug/$number" params={{ slug: of.slug, number: String(release.number) }}>
              Release {release.number}
            </Link>
            {release.id === of.release ? (
              <span className="chip good">Live</span>
            ) : release.decidedAt === null ? (
              <span className="chip caution">Waits for review</span>
            ) : null}
            <code className="help" title={release.digest}>
              {release.digest.slice(0, 12)}
            </code>
            <Time at={release.createdAt} />
          </li>
        ))}
      </ul>
    </section>
  )
}
