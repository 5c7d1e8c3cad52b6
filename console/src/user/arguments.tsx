import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import type { ApprovalDetail } from '../api/approvals.ts'
import { Foreign } from '../parts/foreign.tsx'
import { Values } from '../parts/values.tsx'

/** What would be sent, as names and values and as the JSON it is. */
export function Arguments({ of, text, sha256 }: { readonly of: ApprovalDetail['arguments']; readonly text: string; readonly sha256: string }) {
  return (
    <section className="panel">
      <h2>Exactly what it sends</h2>
      <Tabs>
        <TabList aria-label="How to show it" className="tabs">
          <Tab id="values">Values</Tab>
          <Tab id="json">JSON</Tab>
        </TabList>
        <TabPanel id="values" className="tab-panel">
          <Values of={of as Parameters<typeof Values>[0]['of']} />
        </TabPanel>
        <TabPanel id="json" className="tab-panel">
          <pre className="json">
            <Foreign text={text} lines />
          </pre>
          <p className="help digest">
            SHA-256 of what is sent: <code>{sha256}</code>
          </p>
        </TabPanel>
      </Tabs>
    </section>
  )
}
