import type { ReleaseTool } from '@handfast/contract'
import type { Principal } from '../authorization/index.ts'
import type { PersonPolicy, Policies, PolicyView, UserConsent } from '../consent/index.ts'
import { ConnectorNotFoundError, type ConnectorStanding, type Directory } from '../directory/index.ts'
import type { ConnectorId } from '../lib/index.ts'

/** Things in the order of their names, as the catalogue joins them. */
type Named = { readonly names: readonly string[]; readonly entries: readonly string[] }

const hidden = new WeakMap<PolicyView, WeakMap<readonly ReleaseTool[], Promise<ReadonlySet<string> | null>>>()
const left = new WeakMap<ReadonlySet<string>, WeakMap<Named, Named>>()

/** Names of tools of which no call could go through, whatever its arguments; null where there are none. Found out once for each policy and release. */
export function hiddenTools(
  policies: Policies,
  policy: PersonPolicy,
  { slug, connector, release }: ConnectorStanding,
): Promise<ReadonlySet<string> | null> {
  const tools = release?.content.tools ?? []
  const { view } = policy
  let known = hidden.get(view)
  if (known === undefined) {
    known = new WeakMap()
    hidden.set(view, known)
  }
  let found = known.get(tools)
  if (found === undefined) {
    found = findHidden(policies, policy, slug, connector, tools)
    known.set(tools, found)
    found.catch(() => known.delete(tools))
  }
  return found
}

async function findHidden(policies: Policies, policy: PersonPolicy, slug: string, connector: ConnectorId, tools: readonly ReleaseTool[]) {
  const { view } = policy
  if (!view.denies) return null
  const names = new Set<string>()
  for (const tool of tools) {
    const isNew = policies.peekIsNew(policy, connector, tool) ?? (await policies.isNew(policy, connector, tool))
    if (view.hidden(slug, tool, isNew) !== null) names.add(tool.name)
  }
  return names.size === 0 ? null : names
}

/** What is left of a list without these names. */
export function without(named: Named, names: ReadonlySet<string> | null): Named {
  if (names === null || names.size === 0) return named
  let known = left.get(names)
  if (known === undefined) {
    known = new WeakMap()
    left.set(names, known)
  }
  let rest = known.get(named)
  if (rest === undefined) {
    const kept = named.names.flatMap((name, at) => (names.has(name) ? [] : [at]))
    rest = { names: kept.map((at) => named.names[at] ?? ''), entries: kept.map((at) => named.entries[at] ?? '') }
    known.set(named, rest)
  }
  return rest
}

/** Connectors whose tools a person may see: what the person enabled, and what the workspace enabled and the person did not take back. */
export async function offered(
  directory: Directory,
  { workspace }: Pick<Principal, 'workspace'>,
  { enabled }: UserConsent,
  { view, declined }: PersonPolicy,
): Promise<readonly ConnectorId[]> {
  if (view.enabled.size === 0) return [...enabled.keys()]
  const more: ConnectorId[] = []
  for (const slug of view.enabled) {
    const standing = directory.peekBySlug(workspace, slug) ?? (await directory.bySlug(workspace, slug).catch(unknown))
    if (standing !== undefined && !enabled.has(standing.connector) && !declined.has(standing.connector)) more.push(standing.connector)
  }
  return [...enabled.keys(), ...more]
}

/** A policy may name a connector that does not exist yet. */
function unknown(error: unknown): undefined {
  if (!(error instanceof ConnectorNotFoundError)) throw error
}
