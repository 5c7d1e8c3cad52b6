import type { AssistantId, CallId, ConnectorId, ReleaseId, UserId, WorkspaceId } from '../lib/index.ts'
import type { Append, AppendTable } from '../storage/index.ts'

/** How a call ended. `unknown`: the process ended between intent and outcome, and nobody knows whether the connector acted. */
export type OutcomeState = 'answered' | 'tool-error' | 'failed' | 'refused' | 'cancelled' | 'unknown'

export type CallStart = {
  readonly id: CallId
  readonly workspace: WorkspaceId
  readonly user: UserId
  readonly assistant: AssistantId
  readonly connector: ConnectorId
  readonly release: ReleaseId | null
  readonly tool: string
  readonly protocol: string
  readonly node: string
  readonly at: number
  readonly sealedArguments: string | null
  /** The credential that travels with it; absent: none does. */
  readonly credential?: string | null
}

export type CallEnd = {
  readonly id: CallId
  readonly at: number
  readonly state: OutcomeState
  readonly code: string | null
  readonly durationMs: number
  readonly sealedResult: string | null
}

const calls: AppendTable = {
  name: 'calls',
  columns: [
    'id',
    'workspace_id',
    'user_id',
    'assistant_id',
    'connector_id',
    'release_id',
    'tool',
    'protocol',
    'node_id',
    'at',
    'sealed_arguments',
    'credential_id',
  ],
}

/** A node that was taken for dead may still bring the true outcome of a call that was closed as unknown; what is known then outranks what was not. */
const outcomes: AppendTable = {
  name: 'call_outcomes',
  columns: ['call_id', 'at', 'state', 'code', 'duration_ms', 'sealed_result'],
  onConflict:
    'on conflict (call_id) do update set at = excluded.at, state = excluded.state, code = excluded.code, duration_ms = excluded.duration_ms, sealed_result = excluded.sealed_result',
}

/** The row that says a call is about to be sent; committed together with its ledger entry. */
export function startRow(call: CallStart): Append {
  return {
    into: calls,
    values: [
      call.id,
      call.workspace,
      call.user,
      call.assistant,
      call.connector,
      call.release,
      call.tool,
      call.protocol,
      call.node,
      call.at,
      call.sealedArguments,
      call.credential ?? null,
    ],
  }
}

/** The row that says how it ended. There is at most one for each call: the key sees to it. */
export function endRow(end: CallEnd): Append {
  return { into: outcomes, values: [end.id, end.at, end.state, end.code, end.durationMs, end.sealedResult] }
}

/** Associated data under which a call's arguments and result are sealed. */
export function argumentsPlace(id: CallId): string {
  return `arguments:${id}`
}

export function resultPlace(id: CallId): string {
  return `result:${id}`
}
