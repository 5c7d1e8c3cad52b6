import type { ReleaseContent } from '@handfast/contract'
import { canonicalJson } from '../../lib/index.ts'
import type { DriftNote } from './drift-store.ts'

/**
 * Where one tool stands: `live` as it was reviewed; `update-paused`, served as it was reviewed while a change of it waits; `paused`, neither listed nor
 * called; `new`, waiting to be offered; `removed`, served until a release without it is approved, or gone at the connector.
 */
export type ToolState = {
  readonly tool: string
  readonly state: 'live' | 'update-paused' | 'paused' | 'new' | 'removed'
  /** What waits, in words; null: nothing. */
  readonly because: string | null
}

/** The state of every tool of a connector, from its live release, the newest one that waits, what drifted and what is paused. */
export function toolStates(known: {
  readonly live: Pick<ReleaseContent, 'tools'> | null
  readonly waiting: Pick<ReleaseContent, 'tools'> | null
  readonly drift: readonly Pick<DriftNote, 'tool' | 'kind' | 'effect' | 'detail'>[]
  readonly paused: readonly { readonly tool: string; readonly reason: string }[]
}): readonly ToolState[] {
  const live = new Map((known.live?.tools ?? []).map((tool) => [tool.name, tool]))
  const waiting = known.waiting === null ? null : new Map(known.waiting.tools.map((tool) => [tool.name, tool]))
  const states: ToolState[] = []
  for (const [name, tool] of live) {
    const pause = known.paused.find((one) => one.tool === name)
    const drift = known.drift.find((one) => one.tool === name)
    const next = waiting?.get(name)
    const gone = drift?.kind === 'removed' || (waiting !== null && next === undefined)
    if (gone) states.push({ tool: name, state: 'removed', because: drift?.detail ?? 'The release that waits does not have it.' })
    else if (pause !== undefined) states.push({ tool: name, state: 'paused', because: pause.reason })
    else if (drift !== undefined) states.push({ tool: name, state: 'update-paused', because: drift.detail })
    else if (next !== undefined && canonicalJson(next) !== canonicalJson(tool))
      states.push({ tool: name, state: 'update-paused', because: 'The release that waits changes it.' })
    else states.push({ tool: name, state: 'live', because: null })
  }
  const fresh = new Set([...(waiting?.keys() ?? []), ...known.drift.flatMap(({ tool, kind }) => (kind === 'added' && tool !== null ? [tool] : []))])
  for (const name of fresh)
    if (!live.has(name))
      states.push({
        tool: name,
        state: 'new',
        because: waiting?.has(name) === true ? 'It waits for the review.' : 'It is there, and no release has it.',
      })
  return states
}
