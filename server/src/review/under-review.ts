import type { Manifest, ReleaseContent } from '@handfast/contract'
import type { ConnectorStanding, Directory, PreparedRelease } from '../directory/index.ts'
import type { Egress } from '../egress/index.ts'
import type { Described } from './describe-tools.ts'
import { originsOf } from './operation-servers.ts'
import type { ProbeResults } from './probes/types.ts'
import type { DeveloperFacts, ListingFacts, OtherConnector, UnderReview } from './rules/engine/rule.ts'

export type UnderReviewNeeds = { readonly directory: Directory; readonly egress: Egress; readonly marks: readonly string[] }

export type ToLookAt = {
  readonly standing: ConnectorStanding
  readonly content: ReleaseContent
  readonly manifest: Manifest
  readonly described: Pick<Described, 'server' | 'document'>
  readonly prepared: Pick<PreparedRelease, 'uncheckedPatterns'>
  readonly developer?: DeveloperFacts | null
  readonly listing?: ListingFacts | null
  readonly probes?: ProbeResults | null
}

/** More connectors than a directory for people has; of tools, names are enough. */
const MOST_OTHERS = 2_000
const AT_ONCE = 200

/** Asks the house all that rules look at, so that they ask nobody. */
export async function underReview({ directory, egress, marks }: UnderReviewNeeds, look: ToLookAt): Promise<UnderReview> {
  const { standing, content, manifest, described, prepared } = look
  const [, ...elsewhere] = originsOf(content)
  return {
    content,
    manifest,
    previous: standing.release?.content ?? null,
    target: verdictOf(await egress.explain(content.target.url)),
    origins: await Promise.all(elsewhere.map(async (origin) => ({ origin, ...verdictOf(await egress.explain(origin)) }))),
    uncheckedPatterns: prepared.uncheckedPatterns,
    server: described.server,
    document: described.document,
    developer: look.developer ?? null,
    listing: look.listing ?? null,
    probes: look.probes ?? null,
    others: await othersIn(directory, standing),
    marks,
  }
}

function verdictOf({ allowed, rule }: { readonly allowed: boolean; readonly rule: string }): { readonly allowed: boolean; readonly rule: string } {
  return { allowed, rule }
}

async function othersIn(directory: Directory, { workspace, connector }: ConnectorStanding): Promise<readonly OtherConnector[]> {
  const others: OtherConnector[] = []
  for (let after: string | null = null; others.length < MOST_OTHERS; ) {
    const page: readonly ConnectorStanding[] = await directory.list(workspace, after, AT_ONCE)
    for (const other of page)
      if (other.connector !== connector && other.release !== null)
        others.push({ slug: other.slug, name: other.name, tools: other.release.content.tools.map(({ name }) => name) })
    if (page.length < AT_ONCE) break
    after = page.at(-1)?.connector ?? null
  }
  return others
}
