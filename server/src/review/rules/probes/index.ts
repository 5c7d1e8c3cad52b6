import type { Rule } from '../engine/rule.ts'

/** What probes of the connector met. */
export const probeRules: readonly Rule[] = []
