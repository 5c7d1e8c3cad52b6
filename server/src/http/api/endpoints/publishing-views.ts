import type { ConnectorDetail, ConnectorSummary } from '@handfast/contract'
import type { ConnectorStanding, ReleaseSummary } from '../../../directory/index.ts'
import { rfc3339 } from '../../../lib/index.ts'
import type { Whole } from '../../../lifecycle/index.ts'
import { decisionView, pausedToolsView, tombstoneView } from './lifecycle-views.ts'
import type { PublishingRooms } from './publishing-rooms.ts'

export function summaryView(standing: ConnectorStanding): ConnectorSummary {
  const content = standing.release?.content
  return {
    id: standing.connector,
    slug: standing.slug,
    name: standing.name,
    kind: standing.kind,
    status: standing.status,
    developer: standing.developer,
    release: standing.release?.id ?? null,
    description: content?.description ?? null,
    publishedBy: content === undefined ? null : { developer: standing.developerName, ownsApi: content.publishedBy.ownsApi },
    tools: content?.tools.length ?? 0,
    selfReviewed: standing.selfReviewed,
    createdAt: rfc3339(standing.createdAt),
    endsAt: standing.endsAt === null ? null : rfc3339(standing.endsAt),
    listed: standing.listed,
  }
}

/** What everybody who may know of the connector sees: no address, nothing unpublished (clause 2a-no-resale). */
export function detailView(standing: ConnectorStanding, whole: Whole): Omit<ConnectorDetail, 'inside'> {
  const content = standing.release?.content
  return {
    ...summaryView(standing),
    statusReason: standing.statusReason,
    tombstone: tombstoneView(whole),
    pausedTools: pausedToolsView(whole),
    receives: content?.receives ?? [],
    privacyNotice: content?.privacyNotice ?? '',
    credential: content === undefined || content.credential.type === 'none' ? 'none' : 'needed',
    toolList: (content?.tools ?? []).map(({ name, title, description, effect, consequential }) => ({
      name,
      title: title ?? null,
      description,
      effect,
      consequential,
    })),
  }
}

export async function insideView(
  { directory }: PublishingRooms,
  standing: ConnectorStanding,
  whole: Whole,
  seesWithheld: boolean,
): Promise<ConnectorDetail['inside']> {
  const { decisions, standing: status } = whole
  const releases = await directory.releases(standing.workspace, standing.connector)
  return {
    url: standing.release?.content.target.url ?? null,
    origins: standing.origins,
    termsAccepted: standing.termsAccepted,
    suspendedBy: status.suspendedBy,
    pausedBy: status.pausedBy,
    releases: releases.map(releaseView),
    decisions: decisions.map((decision) => decisionView(decision, decisions, seesWithheld)),
  }
}

export function releaseView(release: ReleaseSummary) {
  const { id, number, digest, createdBy, createdAt, decidedAt } = release
  return { id, number, digest, createdBy, createdAt: rfc3339(createdAt), decidedAt: decidedAt === null ? null : rfc3339(decidedAt) }
}
