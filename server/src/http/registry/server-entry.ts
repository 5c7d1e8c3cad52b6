import type { ReleaseContent } from '@handfast/contract'
import { rfc3339 } from '../../lib/index.ts'

/** Our own key among the metadata of an entry (MCP registry, subregistries). */
const OWN_META = 'dev.handfast/registry'
const OFFICIAL_META = 'io.modelcontextprotocol.registry/official'
const SCHEMA = 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'

/** A release that was approved, and for how long it was the newest. */
export type Version = {
  readonly number: number
  readonly digest: string
  readonly publishedAt: number
  readonly reviewedAt: number
  /** When the next one was approved, or when this one was. */
  readonly updatedAt: number
  readonly isLatest: boolean
}

/** Names in a registry are a host, turned round, and a name that is unique there: `org.example.connect/heron`. */
export function namespaceOf(publicUrl: URL): string {
  return publicUrl.hostname
    .replaceAll(/^\[|\]$/g, '')
    .replaceAll(':', '-')
    .split('.')
    .toReversed()
    .join('.')
}

/** A release never changes and its number is never given again, as a registry wants it of a version. */
export function versionText(number: number): string {
  return `${number}.0.0`
}

/** One release as a registry tells of it: `server.json` (schema 2025-12-11) and what the registry knows about it. Where the connector itself lies is not said. */
export function serverEntry(publicUrl: URL, slug: string, content: ReleaseContent, version: Version) {
  const { number, digest, publishedAt, reviewedAt, updatedAt, isLatest } = version
  return {
    server: {
      $schema: SCHEMA,
      name: `${namespaceOf(publicUrl)}/${slug}`,
      title: cut(content.name),
      description: cut(content.description === '' ? content.name : content.description),
      version: versionText(number),
      remotes: [
        {
          type: 'streamable-http',
          url: `${publicUrl.origin}/mcp/${slug}`,
          headers: [
            {
              name: 'Authorization',
              description: 'Bearer, and an access token. Clients that speak OAuth get one by themselves.',
              isRequired: false,
              isSecret: true,
            },
          ],
        },
      ],
    },
    _meta: {
      [OFFICIAL_META]: { status: 'active', publishedAt: rfc3339(publishedAt), updatedAt: rfc3339(updatedAt), isLatest },
      [OWN_META]: { reviewedAt: rfc3339(reviewedAt), release: number, digest, publishedBy: content.publishedBy.developer },
    },
  }
}

/** Titles and descriptions have 1 to 100 characters there. */
function cut(text: string): string {
  const characters = [...text]
  return characters.length <= 100 ? text : `${characters.slice(0, 99).join('')}…`
}
