import type { Rule } from '../engine/rule.ts'
import { credentialChanged } from './credential-changed.ts'
import { effectSoftened } from './effect-softened.ts'
import { hintsSoftened } from './hints-softened.ts'
import { newArguments } from './new-arguments.ts'
import { newDestructive } from './new-destructive.ts'
import { newScopes } from './new-scopes.ts'
import { newTools } from './new-tools.ts'
import { originChanged } from './origin-changed.ts'
import { publisherChanged } from './publisher-changed.ts'
import { receivesMore } from './receives-more.ts'
import { wordsChanged } from './words-changed.ts'

/** What a release adds to the one before. */
export const growthRules: readonly Rule[] = [
  effectSoftened,
  newDestructive,
  originChanged,
  credentialChanged,
  newScopes,
  publisherChanged,
  hintsSoftened,
  newTools,
  wordsChanged,
  newArguments,
  receivesMore,
]
