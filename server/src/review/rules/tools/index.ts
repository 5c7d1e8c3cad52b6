import type { Rule } from '../engine/rule.ts'
import { absentParameters } from './absent-parameters.ts'
import { anyMethod } from './any-method.ts'
import { asksConversation } from './asks-conversation.ts'
import { asksLocation } from './asks-location.ts'
import { asksSecrets } from './asks-secrets.ts'
import { descriptionLength } from './description-length.ts'
import { destructiveUnmarked } from './destructive-unmarked.ts'
import { duplicateTools } from './duplicate-tools.ts'
import { effectLowered } from './effect-lowered.ts'
import { emptyName } from './empty-name.ts'
import { freeStatements } from './free-statements.ts'
import { genericExecutor } from './generic-executor.ts'
import { hintsContradict } from './hints-contradict.ts'
import { hintsMissing } from './hints-missing.ts'
import { listSize } from './list-size.ts'
import { mixedEffects } from './mixed-effects.ts'
import { moneyMovement } from './money-movement.ts'
import { nameCharacters } from './name-characters.ts'
import { namesAlike } from './names-alike.ts'
import { openObjects } from './open-objects.ts'
import { promisingName } from './promising-name.ts'
import { readOnlyDescription } from './read-only-description.ts'
import { readOnlyVerb } from './read-only-verb.ts'
import { requiredUnknown } from './required-unknown.ts'
import { schemaSize } from './schema-size.ts'
import { shadowing } from './shadowing.ts'
import { statusTexts } from './status-texts.ts'
import { thinDescription } from './thin-description.ts'
import { titleMissing } from './title-missing.ts'
import { toolCount } from './tool-count.ts'
import { uncheckedPatterns } from './unchecked-patterns.ts'
import { undescribedParameters } from './undescribed-parameters.ts'
import { unsafeIcons } from './unsafe-icons.ts'
import { untypedArrays } from './untyped-arrays.ts'

/** What tools are called, ask for, and say that they do. */
export const toolRules: readonly Rule[] = [
  effectLowered,
  readOnlyVerb,
  readOnlyDescription,
  destructiveUnmarked,
  hintsContradict,
  moneyMovement,
  genericExecutor,
  anyMethod,
  freeStatements,
  mixedEffects,
  shadowing,
  asksSecrets,
  asksConversation,
  asksLocation,
  namesAlike,
  promisingName,
  emptyName,
  descriptionLength,
  thinDescription,
  duplicateTools,
  absentParameters,
  requiredUnknown,
  openObjects,
  untypedArrays,
  undescribedParameters,
  schemaSize,
  listSize,
  toolCount,
  hintsMissing,
  titleMissing,
  nameCharacters,
  statusTexts,
  unsafeIcons,
  uncheckedPatterns,
]
