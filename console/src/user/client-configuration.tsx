import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import { Copyable } from '../parts/copy.tsx'

type Client = { readonly id: string; readonly name: string; readonly where: string; readonly text: string }

/** What to paste into each client so that it reaches this Handfast. */
export function clients(endpoint: string, secret: string): readonly Client[] {
  const headers = { Authorization: `Bearer ${secret}` }
  const json = (value: unknown) => JSON.stringify(value, null, 2)
  return [
    {
      id: 'claude-code',
      name: 'Claude Code',
      where: 'Run this in a terminal.',
      text: `claude mcp add --transport http handfast ${endpoint} --header "Authorization: Bearer ${secret}"`,
    },
    {
      id: 'cursor',
      name: 'Cursor',
      where: 'Put this into ~/.cursor/mcp.json, beside what is there.',
      text: json({ mcpServers: { handfast: { url: endpoint, headers } } }),
    },
    {
      id: 'vs-code',
      name: 'VS Code',
      where: 'Run “MCP: Open User Configuration” and put this in.',
      text: json({ servers: { handfast: { type: 'http', url: endpoint, headers } } }),
    },
    {
      id: 'json',
      name: 'Other',
      where: 'For any client that reads MCP servers from JSON.',
      text: json({ mcpServers: { handfast: { type: 'http', url: endpoint, headers } } }),
    },
  ]
}

export function ClientConfiguration({ secret }: { readonly secret: string }) {
  const all = clients(`${location.origin}/mcp`, secret)
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
          <Copyable label={`Configuration for ${name === 'Other' ? 'other clients' : name}`} text={text} />
        </TabPanel>
      ))}
    </Tabs>
  )
}
