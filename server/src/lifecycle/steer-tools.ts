import type { Write } from '../storage/index.ts'
import { decidingOf } from './deciding.ts'
import { type LifecycleNeeds, noticeAbout, otherSideOf, type Steering, type Whole } from './room.ts'
import { steeringDecision } from './steer.ts'
import { steeringWords, toolsWords } from './words.ts'

/** A tool, and why it is stopped or goes on. */
export type ToolReason = { readonly tool: string; readonly reason: string }

/**
 * Pauses several tools, or lets them go on, until somebody decides otherwise. Each has a decision of its own, and whoever it is decided against gets
 * one notice about all of them: a server whose every tool changed overnight writes one letter, not a hundred.
 * @param whole read once, before: it is the same for all of them
 * @throws ConnectorRemovedError, LifecycleNoChangeError, GroundError
 */
export function toolsWrites(
  { storage, outbox }: LifecycleNeeds,
  kind: 'pause' | 'resume',
  steering: Omit<Steering, 'reason' | 'until' | 'withheldUntil'>,
  tools: readonly ToolReason[],
  { place, standing }: Whole,
  at: number,
): readonly Write[] {
  const decisions = tools.map((one) => steeringDecision(kind, { ...steering, ...one }, standing, at))
  const [first] = decisions
  if (first === undefined) return []
  const words = decisions.length === 1 ? steeringWords(place, first) : toolsWords(place, decisions, first)
  const about = { kind: `lifecycle.${kind}`, clause: '2d-remove', legal: kind === 'pause', subject: first.id } as const
  return [
    ...decisions.flatMap((decision) => decidingOf(storage.db, decision, { event: kind === 'pause' ? 'tool.paused' : 'tool.resumed' })),
    ...outbox.sending({ ...noticeAbout(place, words, about), to: otherSideOf(first, place) }, at),
  ]
}
