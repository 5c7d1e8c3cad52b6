import type { Approval as ApprovalAnswer, ApprovalDetail, EffectWord, ReleaseTool } from '@handfast/contract'
import type { ApprovalNote } from '../../../consent/index.ts'
import type { ConnectorStanding } from '../../../directory/index.ts'
import { type Json, type JsonObject, pointer, rfc3339 } from '../../../lib/index.ts'
import { effectWordOf } from './connector-views.ts'

const MOST_CONDITIONS = 50
/** Characters that do not show, or turn the direction of what follows: with them, the text on the screen would not be the text that is sent. */
const HIDDEN = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** The tool as it was reviewed, while the release that the call was meant for is the live one. */
export function toolOf(approval: ApprovalNote, standing: ConnectorStanding): ReleaseTool | undefined {
  if (standing.release?.id !== approval.release) return undefined
  return standing.release.content.tools.find((tool) => tool.name === approval.tool)
}

export function approvalView(approval: ApprovalNote, standing: ConnectorStanding, now: number): ApprovalAnswer {
  const tool = toolOf(approval, standing)
  const open = approval.state === 'waiting' || approval.state === 'approved'
  return {
    id: approval.id,
    connector: { slug: standing.slug, name: standing.name },
    asks: askedOf(approval),
    tool: { name: approval.tool, title: tool?.title ?? null, effect: tool === undefined ? null : effectWordOf(tool.effect) },
    assistant: { id: approval.assistant, name: approval.assistantName },
    state: open && approval.expiresAt <= now ? 'expired' : approval.state,
    createdAt: rfc3339(approval.createdAt),
    expiresAt: rfc3339(approval.expiresAt),
    decidedAt: approval.decidedAt === null ? null : rfc3339(approval.decidedAt),
  }
}

function askedOf({ needs }: ApprovalNote): ApprovalAnswer['asks'] {
  const others = needs.some(({ approvers }) => approvers !== null)
  if (!others) return 'you'
  return needs.some(({ approvers }) => approvers === null) ? 'both' : 'others'
}

export function approvalDetailView(
  approval: ApprovalNote & { readonly arguments: JsonObject },
  standing: ConnectorStanding,
  { lasting, needs, refusal }: Pick<ApprovalDetail, 'lasting' | 'needs' | 'refusal'>,
  now: number,
): ApprovalDetail {
  const view = approvalView(approval, standing, now)
  return {
    ...view,
    tool: { ...view.tool, description: toolOf(approval, standing)?.description ?? '' },
    effect: effectSentence(view.tool.effect, standing.name),
    arguments: approval.arguments as ApprovalDetail['arguments'],
    argumentsText: visibleJson(approval.arguments),
    argumentsSha256: approval.argumentsSha256,
    needs,
    refusal,
    lasting,
    conditions: lasting ? [...plainValues(approval.arguments)].slice(0, MOST_CONDITIONS) : [],
  }
}

export function effectSentence(effect: EffectWord | null, name: string): string {
  switch (effect) {
    case 'read':
      return `Reads from ${name}. Nothing is changed there.`
    case 'change':
      return `Changes something in ${name}.`
    case 'destroy':
      return `Deletes or overwrites something in ${name}. It may not be possible to undo it.`
    case null:
      return `${name} changed since this was asked, so this call will not be sent as it is.`
  }
}

/** JSON for eyes: still the same value, with everything in it visible. */
export function visibleJson(value: Json): string {
  return JSON.stringify(value, null, 2).replaceAll(HIDDEN, (hidden) =>
    Array.from({ length: hidden.length }, (_, i) => `\\u${hidden.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  )
}

function* plainValues(value: Json | undefined, path: readonly (string | number)[] = []): Generator<ApprovalDetail['conditions'][number]> {
  if (value === undefined) return
  if (value === null || typeof value !== 'object') {
    if (path.length > 0) yield { pointer: pointer(...path), value }
    return
  }
  const members: readonly [string | number, Json | undefined][] = Array.isArray(value)
    ? [...(value as readonly Json[]).entries()]
    : Object.entries(value)
  for (const [step, member] of members) yield* plainValues(member, [...path, step])
}
