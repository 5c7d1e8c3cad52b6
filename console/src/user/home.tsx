import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { waitingQuery } from '../api/approvals.ts'
import { grantsQuery } from '../api/assistants.ts'
import { callsQuery } from '../api/calls.ts'
import { type DirectoryEntry, directoryQuery } from '../api/connectors.ts'
import { tokensQuery } from '../api/tokens.ts'
import { Foreign } from '../parts/foreign.tsx'
import { itemsOf } from '../parts/more.tsx'
import { Page } from '../parts/page.tsx'
import { useSession } from '../parts/session.tsx'
import { Answered } from '../parts/states.tsx'
import { WaitingList } from './approvals.tsx'
import { CallList } from './call-list.tsx'
import { standingWords } from './connector-standing.ts'
import { GettingStarted } from './getting-started.tsx'

/** What waits, what is enabled, what happened last; and the three first steps until they are done. */
export function HomePage() {
  const session = useSession()
  const waiting = useQuery(waitingQuery)
  const enabled = useInfiniteQuery(directoryQuery(true))
  const tokens = useQuery(tokensQuery)
  const calls = useInfiniteQuery(callsQuery({}, 8))
  const entries = enabled.data === undefined ? undefined : itemsOf(enabled.data)
  const letIn = useQuery(grantsQuery)
  const hasToken = tokens.data?.items.some((token) => token.revokedAt === null)
  const held = hasToken === undefined || letIn.data === undefined ? undefined : hasToken || letIn.data.items.length > 0
  const recent = calls.data === undefined ? undefined : itemsOf(calls.data)
  return (
    <Page title={session === null ? 'Home' : `Good to see you, ${session.user.name}`}>
      {waiting.data !== undefined && waiting.data.items.length > 0 ? (
        <section>
          <h2>Waiting for your yes or no</h2>
          <WaitingList items={waiting.data.items} />
        </section>
      ) : null}
      {entries !== undefined && held !== undefined && recent !== undefined ? (
        <GettingStarted enabled={entries.length > 0} held={held} called={recent.length > 0} />
      ) : null}
      <section>
        <h2>Your connectors</h2>
        <Answered asked={enabled} what="your connectors">
          {(data) => <Enabled entries={itemsOf(data)} />}
        </Answered>
      </section>
      <section>
        <h2>Latest calls</h2>
        <Answered asked={calls} what="your latest calls">
          {(data) =>
            itemsOf(data).length === 0 ? (
              <p className="help">No assistant has called anything for you yet.</p>
            ) : (
              <>
                <CallList calls={itemsOf(data).slice(0, 8)} />
                <p>
                  <Link to="/calls">All calls</Link>
                </p>
              </>
            )
          }
        </Answered>
      </section>
    </Page>
  )
}

function Enabled({ entries }: { readonly entries: readonly DirectoryEntry[] }) {
  if (entries.length === 0)
    return (
      <p className="help">
        None enabled. <Link to="/directory">Open the directory</Link>
      </p>
    )
  return (
    <ul className="rows">
      {entries.map((entry) => (
        <li key={entry.id} className="row">
          <Link to="/connectors/$slug" params={{ slug: entry.slug }}>
            <Foreign text={entry.name} />
          </Link>
          <span className="help">
            <Foreign text={entry.publisher.name} />
          </span>
          <Standing entry={entry} />
        </li>
      ))}
    </ul>
  )
}

function Standing({ entry }: { readonly entry: DirectoryEntry }) {
  if (entry.status !== 'live') return <span className="chip caution">{standingWords[entry.status]}</span>
  if (entry.choice === 'changed') return <span className="chip caution">Changed: look again</span>
  if (entry.credential.needed && entry.credential.given === 'none') return <span className="chip caution">Key missing</span>
  return <span className="chip good">Ready</span>
}
