import { type MyPolicy, myPolicy } from '@handfast/contract'
import { z } from 'zod'
import { mayEdit } from '../../../consent/index.ts'
import type { ConnectorStanding } from '../../../directory/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { session } from '../policy.ts'
import { isUsable } from './connector-views.ts'
import type { WorkspaceRooms } from './workspace-rooms.ts'

const PAGE = 200
/** More lines help nobody. */
const MOST_HIDDEN = 500

/** What the rules of the workspace mean for whoever asks: why something is not in their lists. */
export function myPolicyEndpoints({ people, policies, choices, directory }: WorkspaceRooms): readonly AnyEndpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/me/policy',
      summary: 'What the rules of your workspace keep from your lists, and why',
      policy: session(),
      ledger: { none: 'reading' },
      input: z.strictObject({}),
      output: myPolicy,
      handle: async (_, { user, workspace, roles }) => {
        const person = await policies.personOf(user, workspace)
        const policy = await policies.of({ user, workspace })
        const { view, declined } = policy
        const { enabled } = await choices.of({ user, workspace })
        const hidden: MyPolicy['hidden'][number][] = []
        const unread: MyPolicy['unread'][number][] = []
        const look = async (standing: ConnectorStanding) => {
          const { slug, name, connector, release } = standing
          const named = { slug, name }
          const whole = view.policy.connectorDenial(slug)
          if (whole !== null) return void hidden.push({ connector: named, tool: null, rule: whole.rule, because: whole.because })
          if (view.enabled.has(slug) && !enabled.has(connector) && !declined.has(connector)) unread.push(named)
          if (!view.denies) return
          for (const tool of release?.content.tools ?? []) {
            const denial = view.hidden(slug, tool, await policies.isNew(policy, connector, tool))
            if (denial !== null) hidden.push({ connector: named, tool: tool.name, rule: denial.rule, because: denial.because })
          }
        }
        for (let after: string | null = null; hidden.length < MOST_HIDDEN; ) {
          const page: readonly ConnectorStanding[] = await directory.list(workspace, after, PAGE)
          for (const standing of page) if (isUsable(standing)) await look(standing)
          after = page.at(-1)?.connector ?? null
          if (after === null || page.length < PAGE) break
        }
        return {
          workspace: { id: workspace, name: await people.workspaceName(workspace) },
          owner: person.owner,
          mayEdit: mayEdit(view.policy.document, person, roles.includes('operator')),
          groups: [...person.groups],
          version: view.policy.version,
          hidden: hidden.slice(0, MOST_HIDDEN),
          unread,
        }
      },
    }),
  ]
}
