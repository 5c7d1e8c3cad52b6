import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import { workspaceQuery } from '../api/workspaces.ts'
import { Page } from '../parts/page.tsx'
import { Answered } from '../parts/states.tsx'
import { Groups } from './groups.tsx'
import { InviteMember } from './invite-member.tsx'
import { Members } from './members.tsx'
import { Rules } from './rules.tsx'

/** One workspace, for those who look after it. */
export function WorkspacePage() {
  const { id } = useParams({ from: '/house/workspaces/$id' })
  const asked = useQuery(workspaceQuery(id))
  return (
    <Page title={asked.data?.name ?? 'Workspace'} lead="Its people, its groups, and what may be called here." aside={<InviteMember id={id} />}>
      <Answered asked={asked} what="the workspace">
        {(workspace) =>
          workspace.as === 'member' ? (
            <p>Owners of this workspace look after its people and rules.</p>
          ) : (
            <Tabs>
              <TabList aria-label="Of this workspace" className="tabs">
                <Tab id="rules">Rules</Tab>
                <Tab id="members">People</Tab>
                <Tab id="groups">Groups</Tab>
              </TabList>
              <TabPanel id="rules" className="tab-panel">
                <Rules id={id} />
              </TabPanel>
              <TabPanel id="members" className="tab-panel">
                <Members id={id} />
              </TabPanel>
              <TabPanel id="groups" className="tab-panel">
                <Groups id={id} />
              </TabPanel>
            </Tabs>
          )
        }
      </Answered>
    </Page>
  )
}
