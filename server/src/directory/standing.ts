import type { ReleaseContent } from '@handfast/contract'
import type { ConnectorId, DeveloperId, ReleaseId, WorkspaceId } from '../lib/index.ts'
import type { NoticeInForce } from '../notices/index.ts'

export type ConnectorKind = 'mcp' | 'openapi'

/** Status of a connector, as the room that derives it from decisions says it. */
export type Status = 'draft' | 'in-review' | 'live' | 'paused' | 'suspended' | 'ending' | 'removed'

/** A connector as it was made; nothing of this changes but the origins, which a review fixes. */
export type Connector = {
  readonly connector: ConnectorId
  readonly workspace: WorkspaceId
  readonly developer: DeveloperId
  readonly slug: string
  readonly kind: ConnectorKind
  readonly name: string
  /** Origins that egress may reach for it, fixed at review. */
  readonly origins: readonly string[]
  /** Milliseconds, UTC. */
  readonly createdAt: number
}

export type ReviewedRelease = { readonly id: ReleaseId; readonly digest: string; readonly content: ReleaseContent }

/** All that the gateway needs to know about a connector, in one answer from memory. Calls go through while `status` is `live` and terms are accepted. */
export type ConnectorStanding = Connector & {
  /** The approved release; null until there is one, and after a removal. */
  readonly release: ReviewedRelease | null
  readonly status: Status
  readonly statusReason: string | null
  readonly termsAccepted: boolean
  /** The privacy notice that people agree to; null where there is no release. */
  readonly notice: NoticeInForce | null
}

/** What every user of the workspace may see of a live connector (clause 2a-no-resale: no address, nothing unpublished). */
export type CatalogueEntry = {
  readonly connector: ConnectorId
  readonly slug: string
  readonly kind: ConnectorKind
  readonly name: string
  readonly description: string
  readonly publishedBy: { readonly developer: string; readonly ownsApi: boolean }
  readonly release: ReleaseId
  readonly receives: readonly string[]
  readonly privacyNotice: string
  readonly credential: 'none' | 'needed'
  readonly tools: readonly {
    readonly name: string
    readonly title: string | null
    readonly description: string
    readonly effect: string
    readonly consequential: boolean
  }[]
}

/** The entry of a connector, or none where it is not live. */
export function catalogueEntry(standing: ConnectorStanding): CatalogueEntry | undefined {
  const { release } = standing
  if (release === null || standing.status !== 'live' || !standing.termsAccepted) return undefined
  const { content } = release
  return {
    connector: standing.connector,
    slug: standing.slug,
    kind: standing.kind,
    name: content.name,
    description: content.description,
    publishedBy: content.publishedBy,
    release: release.id,
    receives: content.receives,
    privacyNotice: content.privacyNotice,
    credential: content.credential.type === 'none' ? 'none' : 'needed',
    tools: content.tools.map(({ name, title, description, effect, consequential }) => ({
      name,
      title: title ?? null,
      description,
      effect,
      consequential,
    })),
  }
}
