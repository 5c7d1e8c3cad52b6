import { randomUUID } from 'node:crypto'
import type { LedgerEvent } from '@handfast/contract'
import { argumentsPlace, endRow, type OutcomeState, resultPlace, startRow } from '../history/index.ts'
import { appendEntry } from '../ledger/index.ts'
import { sha256 } from '../lib/index.ts'
import type { PersonalSealer } from '../sealing/index.ts'
import type { Append } from '../storage/index.ts'
import type { Armed, Identified, Routed } from './call.ts'
import { keepable } from './keepable.ts'

/** Contents longer than this are not kept: their salted commitment and their size are. */
const MOST_KEPT = 64 * 1024

/** A value that may be personal: its salted commitment for the ledger, and itself with the salt, sealed, for the person. */
function keep(sealer: PersonalSealer, place: string, text: string): { readonly commitment: string; readonly sealed: string } {
  const salt = randomUUID()
  const kept = text.length <= MOST_KEPT ? `"value":${text}` : `"omitted":${text.length}`
  return { commitment: sha256(salt + text), sealed: sealer.seal(place, `{"salt":"${salt}",${kept}}`) }
}

const text = JSON.stringify

/**
 * The rows of an intent: the ledger's entry and the start of the history row. Written out by hand, keys in canonical order (RFC 8785),
 * because this runs for every call; a test compares it with the general writer.
 */
export function intentRows(call: Armed, node: string): readonly Append[] {
  const {
    principal: { user, workspace, assistant },
    standing: { connector },
    release,
    tool,
  } = call
  const { commitment, sealed } = keep(call.sealer, argumentsPlace(call.id), call.argumentsText)
  const credential = call.credential?.id ?? null
  const opened = credential === null ? '' : `"credential":${text(credential)},`
  const body = `{"arguments":"${commitment}","assistant":"${assistant}","at":${call.at},"basis":"request-only","by":"${user}","connector":"${connector}",${opened}"event":"call.intended","protocol":${text(call.protocol)},"reason":"user-call","release":"${release.id}","subject":"${call.id}","tool":${text(tool.name)},"v":1,"workspace":"${workspace}"}`
  const start = {
    id: call.id,
    workspace,
    user,
    assistant,
    connector,
    release: release.id,
    tool: tool.name,
    protocol: call.protocol,
    node,
    at: call.at,
    sealedArguments: sealed,
    credential,
  }
  return [appendEntry(workspace, call.at, 'call.intended', call.id, body), startRow(start)]
}

export type Ending = {
  readonly state: OutcomeState
  readonly code: string | null
  readonly at: number
  readonly durationMs: number
  readonly resultText: string | null
}

const eventOf: Readonly<Record<OutcomeState, LedgerEvent>> = {
  answered: 'call.answered',
  'tool-error': 'call.answered',
  failed: 'call.failed',
  refused: 'call.refused',
  cancelled: 'call.cancelled',
  unknown: 'call.unknown',
}

/** The rows of an outcome. */
export function outcomeRows(call: Armed, end: Ending): readonly Append[] {
  const { user, workspace } = call.principal
  const kept = end.resultText === null ? null : keep(call.sealer, resultPlace(call.id), end.resultText)
  const event = eventOf[end.state]
  const code = end.code === null ? '' : `"code":${text(end.code)},`
  const result = kept === null ? '' : `"result":"${kept.commitment}",`
  const body = `{"at":${end.at},"by":"${user}",${code}"durationMs":${end.durationMs},"event":"${event}",${result}"state":"${end.state}","subject":"${call.id}","v":1,"workspace":"${workspace}"}`
  return [
    appendEntry(workspace, end.at, event, call.id, body),
    endRow({ id: call.id, at: end.at, state: end.state, code: end.code, durationMs: end.durationMs, sealedResult: kept?.sealed ?? null }),
  ]
}

/** The rule of a workspace that said no, and the version of the policy that it stands in. */
export type RefusingRule = { readonly rule: string; readonly version: number }

/** The rows of a no after somebody was identified and before anything was intended: one entry, and a line in the person's history. */
export function refusalRows(
  call: Identified & Partial<Routed>,
  node: string,
  code: string,
  at: number,
  durationMs: number,
  rule: RefusingRule | null = null,
): readonly Append[] {
  const { user, workspace, assistant } = call.principal
  const connector = call.standing?.connector
  const tool = call.tool?.name ?? keepable(call.name, 128)
  const about = connector === undefined ? '' : `"connector":"${connector}",`
  const [policy, named] = rule === null ? ['', ''] : [`"policy":${rule.version},`, `"rule":${text(rule.rule)},`]
  const body = `{"assistant":"${assistant}","at":${at},"by":"${user}","code":${text(code)},${about}"event":"call.refused",${policy}"protocol":${text(call.protocol)},${named}"subject":"${call.id}","tool":${text(tool)},"v":1,"workspace":"${workspace}"}`
  const start = {
    id: call.id,
    workspace,
    user,
    assistant,
    connector: connector ?? ('' as `con_${string}`),
    release: call.release?.id ?? null,
    tool,
    protocol: call.protocol,
    node,
    at: call.at,
    sealedArguments: null,
  }
  return [
    appendEntry(workspace, at, 'call.refused', call.id, body),
    startRow(start),
    endRow({ id: call.id, at, state: 'refused', code, durationMs, sealedResult: null }),
  ]
}
