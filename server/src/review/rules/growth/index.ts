import type { Rule } from '../engine/rule.ts'

/** What a release adds to the one before. */
export const growthRules: readonly Rule[] = []
