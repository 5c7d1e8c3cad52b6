import type { ConnectorStanding, Directory } from '../directory/index.ts'
import type { WorkspaceId } from '../lib/index.ts'

/** When a connector was said to end, and when it does. */
export type Ending = { readonly since: number; readonly endsAt: number }

/** Of a connector that is on its way to its end; undefined for all others. */
export function endingOf({ status, endsAt, endingSince }: ConnectorStanding): Ending | undefined {
  return status === 'ending' && endsAt !== null && endingSince !== null ? { since: endingSince, endsAt } : undefined
}

/** The same by its short name, from memory where it is warm. Whether there is such a connector is for others to say. */
export async function endingNamed(directory: Directory, workspace: WorkspaceId, slug: string): Promise<Ending | undefined> {
  const standing = directory.peekBySlug(workspace, slug) ?? (await directory.bySlug(workspace, slug).catch(() => undefined))
  return standing === undefined ? undefined : endingOf(standing)
}

/** `Sunset` (RFC 8594) says when calls stop, `Deprecation` (RFC 9745) since when that is known. */
export function sunsetHeaders({ since, endsAt }: Ending): Readonly<Record<string, string>> {
  return { sunset: new Date(endsAt).toUTCString(), deprecation: `@${Math.floor(since / 1_000)}` }
}
