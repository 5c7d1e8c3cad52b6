import type { ClauseId } from '@handfast/contract'
import { describe, expect, it } from 'vitest'
import { allControls, controlIds } from '../assembly/index.ts'
import { coverageOf, loadPack, readProofs, shippedPacks } from './index.ts'

const pack = loadPack('default', controlIds)
const proofs = readProofs()
const first = <Item>(list: readonly Item[]): Item => list[0] as Item

describe('what keeps the clauses', () => {
  it.each(shippedPacks)('is all there: live controls, tests that prove them, or a reason, in the pack %s', (name) => {
    const { clauses, problems } = coverageOf(loadPack(name, controlIds), allControls, proofs)

    expect(problems).toEqual([])
    expect(clauses.filter(({ state }) => state === 'uncovered')).toEqual([])
    for (const { id, state, reason } of clauses) expect(reason === null, id).toBe(state === 'covered')
  })

  it.each(['consent/permit', 'gateway/declared-arguments', 'egress/one-way-out'])('is found to lack %s where its room does not register it', (id) => {
    const without = allControls.filter((control) => control.id !== id)

    const { problems } = coverageOf(pack, without, proofs)

    expect(problems).toContain(`Tests prove the control ${id}, which is not there.`)
    expect(problems.some((problem) => problem.startsWith(`The pack says that ${id} keeps`))).toBe(true)
  })

  it.each(['consent/permit', 'gateway/declared-arguments', 'egress/one-way-out'])('is found to lack the test of %s', (id) => {
    const { [id]: _, ...without } = proofs

    const { clauses, problems } = coverageOf(pack, allControls, without)

    expect(problems).toContain(`No test proves the control ${id}.`)
    const kept = first(allControls.filter((control) => control.id === id)).clauses
    expect(clauses.filter((clause) => kept.includes(clause.id)).map(({ state }) => state)).not.toContain('covered')
  })

  it('is nothing where nobody registers anything, and no text is taken for a control', () => {
    const { clauses, problems } = coverageOf(pack, [], {})

    const state = (id: ClauseId) => clauses.find((clause) => clause.id === id)?.state
    expect(clauses.filter(({ state: one }) => one === 'covered')).toEqual([])
    expect([state('1-choice'), state('6c-liability'), state('2b-provenance')]).toEqual(['uncovered', 'text-only', 'waiting'])
    expect(problems).toContain('Nothing keeps the clause 1-choice.')
  })

  it('is not there for a promise of the pack that no code keeps', () => {
    const boastful = {
      ...pack,
      clauses: { ...pack.clauses, '6b-disclaimer': { ...pack.clauses['6b-disclaimer'], controls: { 'terms/perfect': 'none' } } },
    }

    expect(coverageOf(boastful, allControls, proofs).problems).toEqual([
      'The pack says that terms/perfect keeps 6b-disclaimer, and there is no such control.',
    ])
  })
})
