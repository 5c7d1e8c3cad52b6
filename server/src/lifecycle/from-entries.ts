import { type ClauseId, decisionKinds, type Ground, type LedgerEvent } from '@handfast/contract'
import type { ConnectorId, DecisionId, JsonObject, ReleaseId, UserId, WorkspaceId } from '../lib/index.ts'
import type { DecidedAs, DecisionKind } from './decision.ts'
import type { PlacedDecision } from './decision-store.ts'

/** All that the ledger says about one connector: enough to compute what stood at any time. */
export type Rebuilt = {
  readonly createdAt: number
  /** In the order of their ids. Their words are not in the ledger, so `reason` is empty everywhere. */
  readonly decisions: readonly PlacedDecision[]
  readonly releases: readonly { readonly id: ReleaseId; readonly digest: string }[]
}

/** Events of releases before entries named their decisions. */
const kindBefore: Readonly<Partial<Record<LedgerEvent, DecisionKind>>> = {
  'release.submitted': 'submit',
  'release.approved': 'approve',
  'release.rejected': 'reject',
  'connector.suspended': 'suspend',
  'connector.reinstated': 'reinstate',
  'connector.removed': 'remove',
}

/**
 * Rebuilds the logs of all connectors from the bodies of ledger entries alone, without a look at any table (every state is explained by entries). What
 * `statusOf` and `agreementOf` say about these is what they say about the tables, but for the words.
 * @param bodies parsed, in the order of the ledger
 */
export function fromEntries(bodies: Iterable<JsonObject>): ReadonlyMap<ConnectorId, Rebuilt> {
  const found = new Map<ConnectorId, { createdAt: number; decisions: PlacedDecision[]; releases: { id: ReleaseId; digest: string }[] }>()
  const of = (connector: ConnectorId) => {
    const known = found.get(connector) ?? { createdAt: 0, decisions: [], releases: [] }
    found.set(connector, known)
    return known
  }
  let position = 0
  for (const body of bodies) {
    position++
    const event = body['event'] as LedgerEvent
    if (event === 'connector.created') of(body['subject'] as ConnectorId).createdAt = numberIn(body, 'at') ?? 0
    const kind = kindOf(body)
    if (kind === undefined) continue
    const decision = decisionIn(body, kind, position)
    const log = of(decision.connector)
    log.decisions.push(decision)
    if (kind === 'submit' && decision.release !== null) log.releases.push({ id: decision.release, digest: decision.digest ?? '' })
  }
  for (const { decisions } of found.values()) decisions.sort((a, b) => (a.id < b.id ? -1 : 1))
  return found
}

function kindOf(body: JsonObject): DecisionKind | undefined {
  const said = body['decides']
  if (said === undefined) return kindBefore[body['event'] as LedgerEvent]
  return decisionKinds.find((kind) => kind === said)
}

function decisionIn(body: JsonObject, kind: DecisionKind, position: number): PlacedDecision {
  const at = numberIn(body, 'at') ?? 0
  const isRelease = kind === 'submit' || kind === 'approve' || kind === 'reject'
  const redressUntil = numberIn(body, 'redressUntil')
  return {
    id: (textIn(body, 'decision') ?? idBefore(at, position)) as DecisionId,
    workspace: body['workspace'] as WorkspaceId,
    connector: (textIn(body, 'connector') ?? body['subject']) as ConnectorId,
    kind,
    release: (textIn(body, 'release') ?? (isRelease ? body['subject'] : null)) as ReleaseId | null,
    digest: textIn(body, 'digest'),
    tool: textIn(body, 'tool'),
    reason: '',
    ground: textIn(body, 'ground') as Ground | null,
    clause: textIn(body, 'clause') as ClauseId | null,
    decidedAs: (body['decidedAs'] ?? (kind === 'submit' ? ['developer'] : [])) as DecidedAs[],
    by: body['by'] as UserId,
    at,
    effectiveAt: numberIn(body, 'effectiveAt'),
    until: numberIn(body, 'until'),
    about: textIn(body, 'about') as DecisionId | null,
    redress: redressUntil === null ? null : { how: '', until: redressUntil },
    withheldUntil: numberIn(body, 'withheldUntil'),
  }
}

/** Sorts where it stood: by time, then by its place in the ledger. */
function idBefore(at: number, position: number): string {
  return `dcn_${at.toString(16).padStart(12, '0')}0${position.toString(16).padStart(19, '0')}`
}

function textIn(body: JsonObject, name: string): string | null {
  const value = body[name]
  return typeof value === 'string' ? value : null
}

function numberIn(body: JsonObject, name: string): number | null {
  const value = body[name]
  return typeof value === 'number' ? value : null
}
