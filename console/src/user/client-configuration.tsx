import { clientConfigurations } from '@handfast/contract/client-config'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import { Copyable } from '../parts/copy.tsx'

/** What to paste into each client so that it reaches this Handfast. */
export function ClientConfiguration({ secret }: { readonly secret: string }) {
  const all = clientConfigurations(`${location.origin}/mcp`, secret)
  return (
    <Tabs>
      <TabList aria-label="Assistant" className="tabs">
        {all.map(({ id, name }) => (
          <Tab key={id} id={id}>
            {name}
          </Tab>
        ))}
      </TabList>
      {all.map(({ id, name, where, text }) => (
        <TabPanel key={id} id={id} className="tab-panel">
          <p className="help">{where}</p>
          <Copyable label={`Configuration for ${name}`} text={text} />
        </TabPanel>
      ))}
    </Tabs>
  )
}
