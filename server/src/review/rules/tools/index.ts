import type { Rule } from '../engine/rule.ts'
import { descriptionLength } from './description-length.ts'
import { effectLowered } from './effect-lowered.ts'
import { hintsContradict } from './hints-contradict.ts'
import { namesAlike } from './names-alike.ts'
import { uncheckedPatterns } from './unchecked-patterns.ts'

/** What tools are called, ask for, and say that they do. */
export const toolRules: readonly Rule[] = [effectLowered, hintsContradict, namesAlike, descriptionLength, uncheckedPatterns]
