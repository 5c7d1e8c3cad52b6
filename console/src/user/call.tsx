import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import { type CallDetail, callQuery } from '../api/calls.ts'
import { Foreign } from '../parts/foreign.tsx'
import { Page } from '../parts/page.tsx'
import { Answered } from '../parts/states.tsx'
import { CallLedger } from './call-ledger.tsx'
import { CallOverview } from './call-overview.tsx'
import { Contents } from './contents.tsx'

/** One call, whole. */
export function CallPage() {
  const { id } = useParams({ from: '/house/calls/$id' })
  const asked = useQuery(callQuery(id))
  if (asked.data === undefined)
    return (
      <Page title="Call">
        <Answered asked={asked} what="the call">
          {() => null}
        </Answered>
      </Page>
    )
  return <CallSheet of={asked.data} />
}

function CallSheet({ of }: { readonly of: CallDetail }) {
  return (
    <Page
      title={of.tool}
      lead={
        <>
          {of.connector === null ? 'A call to no connector' : <Foreign text={of.connector} />}, asked by <Foreign text={of.assistant} />
        </>
      }
      aside={<Link to="/calls">All calls</Link>}
    >
      <Tabs>
        <TabList aria-label="Parts of the call" className="tabs">
          <Tab id="overview">Overview</Tab>
          <Tab id="arguments">Arguments</Tab>
          <Tab id="result">Result</Tab>
          <Tab id="ledger">Ledger</Tab>
        </TabList>
        <TabPanel id="overview" className="tab-panel">
          <CallOverview of={of} />
        </TabPanel>
        <TabPanel id="arguments" className="tab-panel">
          <Contents of={of.arguments} none="No arguments were kept: the call was refused before any were read." />
        </TabPanel>
        <TabPanel id="result" className="tab-panel">
          <Contents of={of.result} none={of.state === 'sent' ? 'Nothing has come back yet.' : 'Nothing came back that could be kept.'} />
        </TabPanel>
        <TabPanel id="ledger" className="tab-panel">
          <CallLedger of={of.ledger} />
        </TabPanel>
      </Tabs>
    </Page>
  )
}
