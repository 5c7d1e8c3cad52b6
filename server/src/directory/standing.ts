import type { ReleaseContent } from '@handfast/contract'
import type { ConnectorId, DeveloperId, ReleaseId, WorkspaceId } from '../lib/index.ts'
import type { NoticeInForce } from '../notices/index.ts'

export type ConnectorKind = 'mcp' | 'openapi'

/** Status of a connector, as the room that derives it from decisions says it. */
export type Status = 'draft' | 'in-review' | 'live' | 'paused' | 'suspended' | 'ending' | 'removed'

/** A connector as it was made; nothing of this changes but the origins, which a review fixes, and the organisation, where it changes hands. */
export type Connector = {
  readonly connector: ConnectorId
  readonly workspace: WorkspaceId
  readonly developer: DeveloperId
  /** Whose it is today; a release says whose it was when it was handed in. */
  readonly developerName: string
  readonly slug: string
  readonly kind: ConnectorKind
  readonly name: string
  /** Origins that egress may reach for it, fixed at review. */
  readonly origins: readonly string[]
  /** Milliseconds, UTC. */
  readonly createdAt: number
}

export type ReviewedRelease = { readonly id: ReleaseId; readonly digest: string; readonly content: ReleaseContent }

/** All that the gateway needs to know about a connector, in one answer from memory. Calls go through while `isCallable(status)` and terms are accepted. */
export type ConnectorStanding = Connector & {
  /** The approved release; null until there is one, and after a removal. */
  readonly release: ReviewedRelease | null
  readonly status: Status
  readonly statusReason: string | null
  /** True once a release was live, also after a removal: whoever may see the directory may know of it. */
  readonly published: boolean
  /** False: the operator refused to list it, so that new people do not find it. */
  readonly listed: boolean
  /** Whether whoever approved the live release also stands behind it: every page says so (house profile). */
  readonly selfReviewed: boolean
  /** Tools that are neither listed nor called; null: none is paused. */
  readonly pausedTools: ReadonlySet<string> | null
  /** When calls stop for good, or did; null while nobody decided that. */
  readonly endsAt: number | null
  /** When the notice was given by which it ends; null: none runs. */
  readonly endingSince: number | null
  /** When the clock alone changes this. From then on it is asked for again. */
  readonly changesAt: number | null
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

/** Calls go through: nothing stands against the connector. It can be on its way to its end, until the minute. */
export function isCallable({ status }: Pick<ConnectorStanding, 'status'>): boolean {
  return status === 'live' || status === 'ending'
}

/** The entry of a connector, or none where it is not live or not listed. */
export function catalogueEntry(standing: ConnectorStanding): CatalogueEntry | undefined {
  const { release } = standing
  if (release === null || !isCallable(standing) || !standing.termsAccepted || !standing.listed) return undefined
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
