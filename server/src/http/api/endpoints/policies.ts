import {
  acceptTools,
  changePolicy,
  type PolicyView,
  pageOf,
  policyVersion,
  policyVersionInPath,
  policyVersionsQuery,
  policyView,
  restorePolicy,
  workspaceInPath,
} from '@handfast/contract'
import { EMPTY_POLICY, type PolicyVersion } from '../../../consent/index.ts'
import { rfc3339, type WorkspaceId } from '../../../lib/index.ts'
import { WorkspaceNotFoundError } from '../../../people/index.ts'
import type { Caller } from '../caller.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { session } from '../policy.ts'
import { namesOf, versionView, warningsOf } from './policy-views.ts'
import type { SiteFacts } from './rooms.ts'
import { openEditable } from './workspace-access.ts'
import type { WorkspaceRooms } from './workspace-rooms.ts'

/** Rules of workspaces, in versions. */
export function policyEndpoints(rooms: WorkspaceRooms, { clock }: Pick<SiteFacts, 'clock'>): readonly AnyEndpoint[] {
  const { people, policies, directory } = rooms

  async function view(workspace: WorkspaceId, version: PolicyVersion): Promise<PolicyView> {
    const names = await namesOf(people, workspace, [version.by])
    const warnings = await warningsOf(directory, await people.workspaces.audienceOf(workspace), workspace, version.document)
    return { ...versionView(version, names), policy: version.document, warnings }
  }

  /** @throws WorkspaceNotFoundError */
  async function editing(caller: Caller, id: string) {
    const opened = await openEditable(rooms, caller, id)
    if (!opened.edits) throw new WorkspaceNotFoundError()
    return opened
  }

  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/workspaces/{id}/policy',
      summary: 'The rules of a workspace that are in force',
      policy: session(),
      ledger: { none: 'reading' },
      input: workspaceInPath,
      output: policyView,
      handle: async ({ id }, caller) => {
        const { workspace, current } = await openEditable(rooms, caller, id)
        return view(workspace.id, current)
      },
    }),
    endpoint({
      method: 'PUT',
      path: '/api/v1/workspaces/{id}/policy',
      summary: 'Put another version of the rules in force; it holds for the next call anywhere',
      policy: session(),
      ledger: 'policy.changed',
      input: changePolicy,
      output: policyView,
      handle: async ({ id, policy: document, basedOn, note }, caller) => {
        const { workspace } = await editing(caller, id)
        return view(workspace.id, await policies.change(workspace.id, caller.user, { document, basedOn, note }))
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/workspaces/{id}/policy/versions',
      summary: 'Versions of the rules, newest first',
      policy: session(),
      ledger: { none: 'reading' },
      input: policyVersionsQuery,
      output: pageOf(policyVersion),
      handle: async ({ id, ...query }, caller, exchange) => {
        const { workspace } = await openEditable(rooms, caller, id)
        const page = await paged(
          query,
          exchange,
          (before, limit) => policies.versions(workspace.id, before === null ? null : Number(before), limit),
          (item) => String(item.version),
        )
        const names = await namesOf(
          people,
          workspace.id,
          page.items.map(({ by }) => by),
        )
        return { ...page, items: page.items.map((item) => versionView(item, names)) }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/workspaces/{id}/policy/versions/{version}',
      summary: 'One version of the rules',
      policy: session(),
      ledger: { none: 'reading' },
      input: policyVersionInPath,
      output: policyView,
      handle: async ({ id, version }, caller) => {
        const { workspace } = await openEditable(rooms, caller, id)
        return view(workspace.id, await policies.version(workspace.id, version))
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/workspaces/{id}/policy/versions/{version}/restore',
      summary: 'Put an earlier version of the rules in force again; version 0 is none at all',
      policy: session(),
      ledger: 'policy.changed',
      input: restorePolicy,
      output: policyView,
      handle: async ({ id, ...given }, caller) => {
        const { workspace } = await editing(caller, id)
        return view(workspace.id, await policies.restore(workspace.id, caller.user, given))
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/workspaces/{id}/policy/accept-tools',
      summary: 'Accept the tools that connectors gained: from now on only later ones are new',
      policy: session(),
      ledger: 'policy.changed',
      input: acceptTools,
      output: policyView,
      handle: async ({ id, basedOn, note }, caller) => {
        const { workspace, current } = await editing(caller, id)
        const { document = EMPTY_POLICY } = current
        const accepted = { ...document, newTools: { verb: document.newTools.verb, since: rfc3339(clock.now()) } }
        return view(
          workspace.id,
          await policies.change(workspace.id, caller.user, { document: accepted, basedOn, note: note === '' ? 'New tools accepted.' : note }),
        )
      },
    }),
  ]
}
