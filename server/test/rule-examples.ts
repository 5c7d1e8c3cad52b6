import { describe, expect, it } from 'vitest'
import type { Rule, UnderReview } from '../src/review/rules/engine/rule.ts'
import { saidBy } from './under-review.ts'

export type Examples = {
  /** What it finds: in words, where, and each finding as `severity pointer`. */
  readonly finds: readonly (readonly [what: string, under: UnderReview, ...said: string[]])[]
  /** What it lets pass, close to the border. */
  readonly passes: readonly (readonly [what: string, under: UnderReview])[]
}

/** The promises of one rule, as examples on both sides of its border. */
export function examples(rule: Rule, { finds, passes }: Examples): void {
  describe(`the rule ${rule.id}`, () => {
    it.each(finds.map((example) => ({ what: example[0], example })))('finds $what', async ({ example: [, under, ...said] }) => {
      expect(await saidBy(rule, under)).toEqual(said)
    })

    it.each(passes.map((example) => ({ what: example[0], example })))('lets $what pass', async ({ example: [, under] }) => {
      expect(await saidBy(rule, under)).toEqual([])
    })
  })
}
