import type { Control } from '../../lib/index.ts'

/** What the rules do because the terms say so. */
export const ruleControls: readonly Control[] = [
  {
    id: 'review/rules',
    clauses: ['2d-review'],
    does: 'Looks at every release by machine before a person decides, and keeps one from being approved while something blocks it.',
    evidence: 'findings of the release, each with rule, place and fingerprint; how many block in release.submitted',
  },
  {
    id: 'review/poisoned-definitions',
    clauses: ['2e-i'],
    does: 'Finds hidden characters, instructions to the model, demands for secrecy, lures for data, active markup and keys in every text of a release.',
    evidence: 'findings of the release',
  },
  {
    id: 'review/deceptive-definitions',
    clauses: ['2e-ii'],
    does: 'Finds tools that say less than they do, names that pass for others, pressure, and links whose goal cannot be seen.',
    evidence: 'findings of the release',
  },
  {
    id: 'review/guards-kept',
    clauses: ['2e-ii'],
    does: 'Keeps the guard of a tool when a further release hints at something softer, unless its manifest says so by name and a reviewer approves that.',
    evidence: 'the effects in the release; the finding effect-softened or hints-softened',
  },
  {
    id: 'review/endorsement-claims',
    clauses: ['4a-platform-marks'],
    does: 'Finds claims that the platform or its operator made, supports or endorses a connector, and names that hold their marks.',
    evidence: 'findings of the release',
  },
]
