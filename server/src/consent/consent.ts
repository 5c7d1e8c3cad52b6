import type { ReleaseTool } from '@handfast/contract'
import { type ApprovalId, type ConnectorId, type Json, type JsonObject, type ReleaseId, valueAt } from '../lib/index.ts'
import type { PersonAge } from './age.ts'

/** A person's choice to use a connector: which release they saw, and what it said it would receive. */
export type Enablement = {
  readonly id: string
  readonly connector: ConnectorId
  readonly release: ReleaseId
  readonly noticeSha256: string
  readonly receives: readonly string[]
  readonly at: number
}

/** How often a person wants to be asked before a call is sent. */
export const approvalLevels = ['always', 'any-change', 'important', 'never'] as const
export type ApprovalLevel = (typeof approvalLevels)[number]
export const defaultLevel: ApprovalLevel = 'important'

/** The arguments for which a lasting yes holds: JSON pointers and the values that must stand there. Null: any arguments. */
export type Condition = { readonly [pointer: string]: Json } | null

/** A yes that outlives one call. */
export type StandingApproval = {
  readonly id: ApprovalId
  readonly connector: ConnectorId
  readonly release: ReleaseId
  readonly tool: string
  readonly condition: Condition
  readonly createdAt: number
  readonly expiresAt: number | null
}

/** Associated data under which the condition of a lasting yes is sealed: its values come from a call's arguments. */
export function conditionPlace(id: ApprovalId): string {
  return `condition:${id}`
}

/** All that one person has chosen, in one piece, because the gateway asks for it at every call. */
export type UserConsent = {
  readonly enabled: ReadonlyMap<ConnectorId, Enablement>
  /** Level for a connector; the key `*` is the person's default. */
  readonly levels: ReadonlyMap<string, ApprovalLevel>
  readonly standing: readonly StandingApproval[]
  readonly age: PersonAge
}

export function levelFor(consent: UserConsent, connector: ConnectorId): ApprovalLevel {
  return consent.levels.get(connector) ?? consent.levels.get('*') ?? defaultLevel
}

/** Whether a person has to say yes to a call of this tool. What the tool does is what the review decided, never the connector's own hint. */
export function asksFor(level: ApprovalLevel, tool: Pick<ReleaseTool, 'effect' | 'consequential'>): boolean {
  switch (level) {
    case 'always':
      return true
    case 'any-change':
      return tool.effect !== 'read'
    case 'important':
      return tool.consequential
    case 'never':
      return false
  }
}

/** Whether a lasting yes covers these arguments. Only plain values can be conditions, so comparing them is exact. */
export function conditionHolds(condition: Condition, args: JsonObject): boolean {
  return condition === null || Object.entries(condition).every(([at, wanted]) => valueAt(args, at) === wanted)
}

/** The lasting yes that covers this call, if there is one. */
export function standingYes(
  consent: UserConsent,
  call: { readonly connector: ConnectorId; readonly release: ReleaseId; readonly tool: string; readonly arguments: JsonObject },
  now: number,
): StandingApproval | undefined {
  return consent.standing.find(
    (yes) =>
      yes.connector === call.connector &&
      yes.release === call.release &&
      yes.tool === call.tool &&
      (yes.expiresAt === null || yes.expiresAt > now) &&
      conditionHolds(yes.condition, call.arguments),
  )
}

/** What a person would have to look at again before a newer release may act for them. Empty: nothing they agreed to has grown. */
export function grownSince(enablement: Enablement, now: { readonly noticeSha256: string; readonly receives: readonly string[] }): readonly string[] {
  const grown = now.receives.filter((field) => !enablement.receives.includes(field)).map((field) => `receives: ${field}`)
  return enablement.noticeSha256 === now.noticeSha256 ? grown : ['privacy notice', ...grown]
}
