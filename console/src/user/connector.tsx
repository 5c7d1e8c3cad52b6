import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { connectorQuery, type DirectoryDetail } from '../api/connectors.ts'
import { Foreign } from '../parts/foreign.tsx'
import { Page } from '../parts/page.tsx'
import { Answered } from '../parts/states.tsx'
import { AccountSection } from './account-section.tsx'
import { isUsable, standingWords } from './connector-standing.ts'
import { ConnectorTools } from './connector-tools.tsx'
import { Disable } from './disable.tsx'
import { Enable } from './enable.tsx'
import { ConnectorLevel } from './level-choice.tsx'
import { Publisher } from './publisher.tsx'
import { StandingList } from './standing-list.tsx'

/** The connect sheet: everything to know about a connector before it may act, and everything to steer afterwards. */
export function ConnectorPage() {
  const { slug } = useParams({ from: '/house/connectors/$slug' })
  const [language, setLanguage] = useState<string>()
  // The old words stay until those in the other language are there.
  const asked = useQuery({ ...connectorQuery(slug, language), placeholderData: keepPreviousData })
  if (asked.data === undefined)
    return (
      <Page title="Connector">
        <Answered asked={asked} what="the connector">
          {() => null}
        </Answered>
      </Page>
    )
  return <ConnectorSheet key={slug} of={asked.data} onLanguage={setLanguage} />
}

function ConnectorSheet({ of, onLanguage }: { readonly of: DirectoryDetail; readonly onLanguage: (language: string) => void }) {
  const enabled = of.choice !== 'not-enabled'
  // What waits for an answer comes first, on a phone too.
  const asksNow = isUsable(of.status) && (of.choice === 'grown' || of.choice === 'changed')
  const reading = (
    <div key="reading">
      <ConnectorTools tools={of.tools} />
    </div>
  )
  const choosing = (
    <div key="choosing">
      {of.credential.needed && isUsable(of.status) ? <AccountSection of={of} /> : null}
      {isUsable(of.status) ? <Enable of={of} onLanguage={onLanguage} /> : null}
      {enabled ? (
        <>
          <ConnectorLevel of={of} />
          <StandingList connector={of.slug} />
        </>
      ) : null}
    </div>
  )
  return (
    <Page
      title={of.name}
      lead={
        <>
          <Publisher publisher={of.publisher} relation={of.relation} selfReviewed={of.selfReviewed} /> · <code>{of.slug}</code> ·{' '}
          {of.kind === 'mcp' ? 'MCP server' : 'HTTP API'}
        </>
      }
      aside={enabled ? <Disable of={of} /> : undefined}
    >
      {of.status === 'live' ? null : <NotLive of={of} />}
      <p className="prose">
        <Foreign text={of.description} lines />
      </p>
      <div className="sheet-columns">
        {asksNow ? choosing : reading}
        {asksNow ? reading : choosing}
      </div>
    </Page>
  )
}

function reach({ status, endsAt }: DirectoryDetail): string {
  if (status === 'ending') return `Calls work until ${new Date(endsAt ?? 0).toLocaleString()} and not after that.`
  return status === 'removed' ? 'No call reaches this connector any more.' : 'No call reaches this connector until that is lifted.'
}

function NotLive({ of }: { readonly of: DirectoryDetail }) {
  return (
    <div className="notice caution" role="note">
      <p>
        <strong>{standingWords[of.status]}.</strong> {reach(of)} What it was sent earlier stays readable under Calls.
      </p>
      {of.statusReason === null ? null : (
        <p>
          Reason: <Foreign text={of.statusReason} lines />
        </p>
      )}
    </div>
  )
}
