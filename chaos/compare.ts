import type { Tables } from './evidence.ts'

/** A tool call as the connector wrote it down, durably, before it answered. */
export type Effect = { readonly key: string; readonly call: string }

export type Comparison = {
  readonly intents: number
  readonly effects: number
  /** Outcomes by state. */
  readonly outcomes: Readonly<Record<string, number>>
  /** Something that was acknowledged, or done, and that the ledger does not show. */
  readonly losses: readonly string[]
  /** Something that was done or recorded more than once. */
  readonly duplicates: readonly string[]
}

const ENDS = new Set(['call.answered', 'call.failed', 'call.cancelled', 'call.unknown', 'call.refused'])

/**
 * Holds three witnesses against each other: what assistants were told, what the connector did, and what the ledger says.
 * @param acknowledged keys of the calls whose answer arrived whole
 * @param settled false while a server that was killed has not been started again: calls may still be without an outcome
 */
export function compare(acknowledged: ReadonlySet<string>, effects: readonly Effect[], tables: Tables, settled = true): Comparison {
  const losses: string[] = []
  const duplicates: string[] = []
  const outcomes: Record<string, number> = {}
  const byKey = Map.groupBy(effects, ({ key }) => key)
  const byCall = Map.groupBy(effects, ({ call }) => call)
  let intents = 0

  for (const key of acknowledged) {
    const [effect] = byKey.get(key) ?? []
    const outcome = effect === undefined ? undefined : tables.outcomes.get(effect.call)
    if (effect === undefined) losses.push(`${key} was answered, and the connector never saw it`)
    else if (outcome !== 'answered') losses.push(`${key} was answered, and the outcome of ${effect.call} is ${outcome ?? 'missing'}`)
  }
  for (const [key, several] of byKey) if (several.length > 1) duplicates.push(`${key} reached the connector ${several.length} times`)
  for (const call of byCall.keys()) {
    if (tables.events.get(call)?.[0] !== 'call.intended') losses.push(`${call} reached the connector without an intent`)
  }
  for (const [call, events] of tables.events) {
    if (events[0] === 'call.intended') intents++
    const ends = events.filter((event) => ENDS.has(event))
    const outcome = tables.outcomes.get(call)
    if (outcome !== undefined) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    if (ends.length > 1 || events.filter((event) => event === 'call.intended').length > 1)
      duplicates.push(`${call} has the entries ${events.join(', ')}`)
    if (settled && ends.length === 0) losses.push(`${call} has no outcome`)
    if (ends.length === 1 && outcome === undefined) losses.push(`${call} has ${ends[0]} in the ledger and no outcome in the history`)
    if (ends.length === 0 && outcome !== undefined) losses.push(`${call} has the outcome ${outcome} in the history and none in the ledger`)
    if (outcome === 'answered' && !byCall.has(call)) losses.push(`${call} is recorded as answered, and the connector never saw it`)
  }
  return { intents, effects: effects.length, outcomes, losses, duplicates }
}
