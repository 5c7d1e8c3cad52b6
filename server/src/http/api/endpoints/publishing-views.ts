import type { ConnectorDetail, ConnectorSummary, DecisionShown } from '@handfast/contract'
import type { ConnectorStanding, ReleaseSummary } from '../../../directory/index.ts'
import { rfc3339 } from '../../../lib/index.ts'
import { type Decision, statementOf } from '../../../lifecycle/index.ts'
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
    publishedBy: content?.publishedBy ?? null,
    tools: content?.tools.length ?? 0,
    createdAt: rfc3339(standing.createdAt),
  }
}

/** What everybody who may know of the connector sees: no address, nothing unpublished (clause 2a-no-resale). */
export function detailView(standing: ConnectorStanding): Omit<ConnectorDetail, 'inside'> {
  const content = standing.release?.content
  return {
    ...summaryView(standing),
    statusReason: standing.statusReason,
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

export async function insideView({ directory, lifecycle }: PublishingRooms, standing: ConnectorStanding): Promise<ConnectorDetail['inside']> {
  const { workspace, connector } = standing
  const [releases, decisions, status] = await Promise.all([
    directory.releases(workspace, connector),
    lifecycle.decisions(workspace, connector),
    lifecycle.statusOf(workspace, connector),
  ])
  return {
    url: standing.release?.content.target.url ?? null,
    origins: standing.origins,
    termsAccepted: standing.termsAccepted,
    suspendedBy: status.suspendedBy,
    releases: releases.map(releaseView),
    decisions: decisions.map(decisionView),
  }
}

export function decisionView(decision: Decision): DecisionShown {
  const { id, kind, release, tool, reason, decidedAs, by, at, effectiveAt, about } = decision
  const effect = effectiveAt === null ? null : rfc3339(effectiveAt)
  return { id, kind, release, tool, reason, decidedAs, by, at: rfc3339(at), effectiveAt: effect, about, statement: statementOf(decision) }
}

export function releaseView(release: ReleaseSummary) {
  const { id, number, digest, createdBy, createdAt, decidedAt } = release
  return { id, number, digest, createdBy, createdAt: rfc3339(createdAt), decidedAt: decidedAt === null ? null : rfc3339(decidedAt) }
}
