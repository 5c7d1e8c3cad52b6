import {
  type ApprovalId,
  type AssistantId,
  type ConnectorId,
  canonicalJson,
  type JsonObject,
  type ReleaseId,
  sha256,
  type UserId,
  valueAt,
  type WorkspaceId,
} from '../lib/index.ts'
import type { Condition } from './consent.ts'
import { ConditionInvalidError } from './consent-errors.ts'
import { type Need, ownNeed } from './needs.ts'

/** A call that waits for a person's yes. */
export type Approval = {
  readonly id: ApprovalId
  readonly user: UserId
  readonly workspace: WorkspaceId
  readonly assistant: AssistantId
  readonly connector: ConnectorId
  readonly release: ReleaseId
  readonly tool: string
  readonly argumentsSha256: string
  readonly state: 'waiting' | 'approved' | 'refused' | 'used'
  readonly createdAt: number
  readonly expiresAt: number
  readonly decidedAt: number | null
  /** Whose yes it takes, and what asks for it. */
  readonly needs: readonly Need[]
  /** What it is bound to beside the call; null where the person's own yes is all it takes. */
  readonly needsSha256: string | null
  readonly decidedBy: UserId | null
}

/** An approval as its person sees it. */
export type ApprovalNote = Approval & { readonly assistantName: string }

/** The call that an approval is bound to: everything that could make it another call. */
export type ApprovalFor = {
  readonly user: UserId
  readonly workspace: WorkspaceId
  readonly assistant: AssistantId
  readonly connector: ConnectorId
  readonly release: ReleaseId
  readonly tool: string
  readonly arguments: JsonObject
  /** Absent: the person's own yes, by their own level. */
  readonly needs?: readonly Need[]
}

/** What a person answers. `hour` and `while` also allow later calls of the same tool. */
export type Answer =
  | { readonly yes: false; readonly reason?: string | undefined }
  | { readonly yes: true; readonly lasting: 'once' | 'hour' }
  | { readonly yes: true; readonly lasting: 'while'; readonly pointers: readonly string[] }

/** What an approval is bound to instead of the arguments themselves: SHA-256 of their canonical JSON (RFC 8785). */
export function argumentsDigest(args: JsonObject): string {
  return sha256(canonicalJson(args))
}

/**
 * The condition that these arguments fulfil at these places.
 * @throws ConditionInvalidError when there is no place, or no plain value at one of them
 */
export function conditionFrom(pointers: readonly string[], args: JsonObject): Exclude<Condition, null> {
  if (pointers.length === 0) throw new ConditionInvalidError('')
  return Object.fromEntries(
    pointers.map((at) => {
      const value = valueAt(args, at)
      if (value === undefined || (typeof value === 'object' && value !== null)) throw new ConditionInvalidError(at)
      return [at, value]
    }),
  )
}

/** A row of the table, without what is sealed. */
export type ApprovalRow = {
  id: string
  workspace_id: string
  user_id: string
  assistant_id: string
  connector_id: string
  release_id: string
  tool: string
  arguments_sha256: string
  state: Approval['state']
  created_at: number
  expires_at: number
  decided_at: number | null
  needs: string | null
  needs_sha256: string | null
  decided_by: string | null
}

export function toApproval(row: ApprovalRow): Approval {
  return {
    id: row.id as ApprovalId,
    user: row.user_id as UserId,
    workspace: row.workspace_id as WorkspaceId,
    assistant: row.assistant_id as AssistantId,
    connector: row.connector_id as ConnectorId,
    release: row.release_id as ReleaseId,
    tool: row.tool,
    argumentsSha256: row.arguments_sha256,
    state: row.state,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    decidedAt: row.decided_at,
    needs: row.needs === null ? [ownNeed] : (JSON.parse(row.needs) as Need[]),
    needsSha256: row.needs_sha256,
    decidedBy: row.decided_by as UserId | null,
  }
}
