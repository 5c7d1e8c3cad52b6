import { type ClauseId, clauses, type TermsPack } from '@handfast/contract'
import type { Control } from '../lib/index.ts'
import { waiting } from './waiting.ts'

/**
 * `covered`: live controls keep it, each proven by a test. `text-only`: people keep it, the pack says why. `waiting`: on the list of what is not there yet.
 * `uncovered`: none of these.
 */
export type CoverageState = 'covered' | 'text-only' | 'uncovered' | 'waiting'

export type CoveredClause = {
  readonly id: ClauseId
  readonly about: string
  readonly state: CoverageState
  /** Live controls that keep it, with what they leave behind. */
  readonly controls: readonly { readonly id: string; readonly does: string; readonly evidence: string }[]
  /** Test files that prove them. */
  readonly tests: readonly string[]
  /** Why it is text only, or what it waits for. */
  readonly reason: string | null
}

export type Coverage = {
  readonly clauses: readonly CoveredClause[]
  /** All that has to be put right; empty means good. */
  readonly problems: readonly string[]
  /** The list of what waits, with reasons. */
  readonly waiting: readonly { readonly clause: ClauseId; readonly reason: string }[]
}

/** Which tests prove a control, by its id. Collected from `proves(...)` in the test files. */
export type Proofs = Readonly<Record<string, readonly string[]>>

/** Joins the clauses of a pack with the controls of the running code and the tests that prove them. */
export function coverageOf(pack: TermsPack, controls: readonly Control[], proofs: Proofs): Coverage {
  const problems: string[] = []
  const live = new Map(controls.map((control) => [control.id as string, control]))
  if (live.size < controls.length) problems.push('Two controls have the same id.')
  for (const { id } of controls) if ((proofs[id] ?? []).length === 0) problems.push(`No test proves the control ${id}.`)
  for (const id of Object.keys(proofs)) if (!live.has(id)) problems.push(`Tests prove the control ${id}, which is not there.`)
  const covered = (Object.keys(clauses) as ClauseId[]).map((id): CoveredClause => {
    const { controls: promised, textOnly } = pack.clauses[id]
    for (const control of Object.keys(promised ?? {})) {
      if (!live.has(control)) problems.push(`The pack says that ${control} keeps ${id}, and there is no such control.`)
    }
    const keeping = controls.filter((control) => control.clauses.includes(id))
    const wait = waiting.find(({ clause }) => clause === id)
    const proven = keeping.length > 0 && keeping.every((control) => (proofs[control.id] ?? []).length > 0)
    const state: CoverageState =
      wait !== undefined && (wait.partly || keeping.length === 0)
        ? 'waiting'
        : proven
          ? 'covered'
          : keeping.length === 0 && textOnly !== undefined
            ? 'text-only'
            : 'uncovered'
    if (state === 'uncovered' && keeping.length === 0) problems.push(`Nothing keeps the clause ${id}.`)
    return {
      id,
      about: clauses[id],
      state,
      controls: keeping.map(({ id: control, does, evidence }) => ({ id: control, does, evidence })),
      tests: [...new Set(keeping.flatMap((control) => proofs[control.id] ?? []))].toSorted(),
      reason: state === 'waiting' ? (wait?.reason ?? null) : state === 'text-only' ? (textOnly ?? null) : null,
    }
  })
  return { clauses: covered, problems, waiting: waiting.map(({ clause, reason }) => ({ clause, reason })) }
}
