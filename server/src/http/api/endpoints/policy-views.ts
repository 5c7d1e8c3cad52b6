import type { NeedView, PolicyDocument, PolicyVersion as PolicyVersionAnswer, PolicyView } from '@handfast/contract'
import type { Need, PolicyVersion } from '../../../consent/index.ts'
import type { Directory } from '../../../directory/index.ts'
import { pointer, rfc3339, type UserId, type WorkspaceId } from '../../../lib/index.ts'
import type { People, WorkspaceAudience } from '../../../people/index.ts'

type Named = { readonly id: UserId; readonly name: string }

/** Names of people of one workspace; whom it does not know, or who belongs to another, is not named. */
export async function namesOf(people: People, workspace: WorkspaceId, ids: readonly (string | null)[]): Promise<ReadonlyMap<string, Named>> {
  const wanted = [...new Set(ids.filter((id): id is UserId => id !== null))]
  const found = await Promise.all(
    wanted.map(async (id): Promise<[string, Named] | null> => {
      const account = await people.account(id).catch(() => null)
      // Operators of the house act in every workspace, and are named there.
      const known = account !== null && (account.workspace === workspace || account.roles.includes('operator'))
      return account === null || !known ? null : [id, { id, name: account.name }]
    }),
  )
  return new Map(found.filter((one) => one !== null))
}

export function versionView({ version, sha256, note, by, at }: PolicyVersion, names: ReadonlyMap<string, Named>): PolicyVersionAnswer {
  return { version, sha256, note, by: by === null ? null : (names.get(by) ?? { id: by, name: '' }), at: at === null ? null : rfc3339(at) }
}

export function needsView(needs: readonly Need[], names: ReadonlyMap<string, Named>, settled: ReadonlyMap<string, UserId>): readonly NeedView[] {
  return needs.map(({ key, approvers, level, rule, version, because }) => {
    const by = settled.get(key)
    return {
      from: approvers === null ? 'you' : 'others',
      level,
      rule,
      version,
      because,
      who:
        approvers === null
          ? null
          : {
              groups: approvers.groups,
              people: approvers.people.map((id) => names.get(id) ?? { id, name: '' }),
              owners: approvers.owners,
              notWhoAsks: approvers.notWhoAsks,
            },
      settledBy: by === undefined ? null : (names.get(by) ?? { id: by, name: '' }),
    }
  })
}

/** Everybody whom needs and votes name. */
export function peopleIn(needs: readonly Need[], settled: ReadonlyMap<string, UserId>): readonly string[] {
  return [...needs.flatMap(({ approvers }) => approvers?.people ?? []), ...settled.values()]
}

/** What is odd about a policy and not wrong. */
export async function warningsOf(
  directory: Directory,
  audience: WorkspaceAudience,
  workspace: WorkspaceId,
  policy: PolicyDocument,
): Promise<PolicyView['warnings']> {
  const warnings: { pointer: string; message: string }[] = []
  const tools = new Map<string, ReadonlySet<string> | null>()
  const toolsOf = async (slug: string) => {
    let known = tools.get(slug)
    if (known === undefined) {
      const standing = await directory.bySlug(workspace, slug).catch(() => null)
      known = standing === null ? null : new Set(standing.release?.content.tools.map(({ name }) => name) ?? [])
      tools.set(slug, known)
    }
    return known
  }
  const named: [string, string][] = [
    ...(policy.connectors.allow ?? []).map((slug, at): [string, string] => [slug, pointer('connectors', 'allow', at)]),
    ...policy.connectors.block.map((slug, at): [string, string] => [slug, pointer('connectors', 'block', at)]),
    ...policy.rules.flatMap(({ on }, rule) =>
      (on.connectors ?? []).map((slug, at): [string, string] => [slug, pointer('rules', rule, 'on', 'connectors', at)]),
    ),
    ...policy.enabled.flatMap(({ connectors }, entry) =>
      connectors.map((slug, at): [string, string] => [slug, pointer('enabled', entry, 'connectors', at)]),
    ),
  ]
  for (const [slug, at] of named) if ((await toolsOf(slug)) === null) warnings.push({ pointer: at, message: `There is no connector ${slug} now.` })
  for (const [rule, { on, approvers }] of policy.rules.entries()) {
    const known = (await Promise.all((on.connectors ?? []).map(toolsOf))).filter((one) => one !== null)
    for (const [at, tool] of (on.tools ?? []).entries())
      if (known.length > 0 && !known.some((one) => one.has(tool)))
        warnings.push({ pointer: pointer('rules', rule, 'on', 'tools', at), message: `None of the connectors has a tool ${tool} now.` })
    if (approvers === undefined) continue
    const able = [
      ...approvers.people,
      ...approvers.groups.flatMap((group) => [...(audience.groups.get(group) ?? [])]),
      ...(approvers.owners ? audience.owners : []),
    ]
    const left = new Set(able.filter((id) => audience.people.has(id as UserId)))
    if (left.size === 0) warnings.push({ pointer: pointer('rules', rule, 'approvers'), message: 'Nobody can say yes: nobody of these can sign in.' })
    else if (left.size === 1 && approvers.notWhoAsks)
      warnings.push({ pointer: pointer('rules', rule, 'approvers'), message: 'One person can say yes, and not to their own calls.' })
  }
  return warnings
}
