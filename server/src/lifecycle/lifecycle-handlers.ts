import { record } from '../ledger/index.ts'
import { type ConnectorId, DAY, type DecisionId, type WorkspaceId } from '../lib/index.ts'
import type { Due, Handlers } from '../schedule/index.ts'
import { readDecision } from './decision-store.ts'
import { type Delete, type Deletion, deletionHandler, type IsHeld } from './deletions.ts'
import { endingWrites } from './ending.ts'
import { runOut } from './ending-decisions.ts'
import { connectorKey, type LifecycleNeeds, noticeAbout, wholeOf } from './room.ts'
import { isWithheld } from './status.ts'
import { lookAgainWords, userWords } from './words.ts'

export type DeletionNeeds = {
  /** How each of these is deleted, by the rooms that keep it. */
  readonly deletions: Readonly<Record<Deletion, Delete>>
  /** Whether a legal hold stands against deleting; without it, none ever does. */
  readonly isHeld?: IsHeld
}

/** The operator is asked again so often, while nobody has looked. */
const ASKED_AGAIN_AFTER = 7 * DAY

/**
 * What happens to connectors and agreements at a time. States follow the clock by themselves (`statusOf`, `agreementOf`), so a handler that runs late
 * changes nothing about when calls stopped: it records both times, tells people, and has data deleted.
 */
export function lifecycleHandlers(needs: LifecycleNeeds, { deletions, isHeld = async () => null }: DeletionNeeds): Handlers {
  const { storage, outbox } = needs

  async function end({ workspace: of, subject, now }: Due) {
    const workspace = of as WorkspaceId
    const connector = subject as ConnectorId
    const whole = await wholeOf(needs, workspace, connector, now)
    const { agreement, decisions, place } = whole
    if (agreement.endsAt === null || decisions.some(({ kind }) => kind === 'end')) return {}
    // Taken back and given again meanwhile: the other deadline stands.
    const first = agreement.notices[0]
    if (agreement.state !== 'ended' || first === undefined) return { next: agreement.endsAt }
    const because = decisions.find(({ id }) => id === first.decision.id)
    const decision = runOut(first, place, now)
    return { writes: endingWrites(needs, whole, decision, because ?? decision, agreement.endsAt, now), keys: [connectorKey(connector)] }
  }

  /** A suspension or a pause has ended by the clock. Whoever it was decided against is told, and lists of tools are made anew. */
  async function stopEnds({ workspace: of, payload, dueAt, now }: Due) {
    const workspace = of as WorkspaceId
    const { connector, decision: id, tool } = payload as { connector: ConnectorId; decision: DecisionId; tool: string | null }
    const decision = await readDecision(storage, workspace, id)
    if (decision === undefined) return {}
    const { place, standing } = await wholeOf(needs, workspace, connector, now)
    if (standing.status === 'removed') return {}
    const what = tool ?? place.name
    const words = {
      title: `${what} is not stopped any longer`,
      body: `What stopped ${what} for a time has ended by itself. Whether calls work now depends on what else stands against it.`,
    }
    const notice = noticeAbout(place, words, { kind: 'lifecycle.stop-ended', clause: '2d-remove', legal: false, subject: id })
    const facts = { decision: id, dueAt, ...(tool === null ? {} : { tool }) }
    return {
      writes: [
        record(storage.db, { event: 'stop.ended', workspace, subject: connector, by: 'system', at: now, facts }),
        ...outbox.sending({ ...notice, to: { kind: 'developer', developer: place.developer, purpose: 'legal' } }, now),
      ],
      keys: [connectorKey(connector)],
    }
  }

  /** A suspension has lasted a day. */
  async function tellUsers({ workspace: of, subject, payload, now }: Due) {
    const workspace = of as WorkspaceId
    const connector = subject as ConnectorId
    const { place, standing } = await wholeOf(needs, workspace, connector, now)
    if (standing.status !== 'suspended') return {}
    const about = { kind: 'lifecycle.suspended' as const, clause: '2d-remove' as const, legal: false, subject: String(payload['decision']) }
    return { writes: outbox.sendingToAll(noticeAbout(place, userWords.suspended(place), about), { kind: 'enabled', connector }, now) }
  }

  /** What is withheld has to be looked at again; until somebody does, the operator is asked every week. */
  async function lookAgain({ workspace: of, subject, payload, now }: Due) {
    const workspace = of as WorkspaceId
    const { connector } = payload as { connector: ConnectorId }
    const decision = await readDecision(storage, workspace, subject as DecisionId)
    if (decision === undefined) return {}
    const { place, decisions } = await wholeOf(needs, workspace, connector, now)
    if (!isWithheld(decision, decisions)) return {}
    const notice = noticeAbout(place, lookAgainWords(place, decision), {
      kind: 'lifecycle.look-again',
      clause: '5a-immediate',
      legal: true,
      subject: decision.id,
    })
    return { writes: outbox.sending({ ...notice, to: { kind: 'operator' } }, now), next: now + ASKED_AGAIN_AFTER }
  }

  return {
    'lifecycle.end': { work: end },
    'lifecycle.stop-ends': { work: stopEnds },
    'lifecycle.tell-users': { work: tellUsers },
    'lifecycle.look-again': { work: lookAgain },
    'lifecycle.delete': deletionHandler(storage, deletions, isHeld),
  }
}
