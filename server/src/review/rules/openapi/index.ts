import type { Rule } from '../engine/rule.ts'
import { deprecatedOperations } from './deprecated-operations.ts'
import { headerArguments } from './header-arguments.ts'
import { longTexts } from './long-texts.ts'
import { operationIds } from './operation-ids.ts'
import { overlayIdle } from './overlay-idle.ts'
import { plainLinks } from './plain-links.ts'
import { silentOperations } from './silent-operations.ts'
import { unaskedChanges } from './unasked-changes.ts'
import { undeclaredAnswers } from './undeclared-answers.ts'
import { undeclaredServer } from './undeclared-server.ts'
import { unlikeSecurity } from './unlike-security.ts'

/** What OpenAPI documents say. */
export const openapiRules: readonly Rule[] = [
  unaskedChanges,
  undeclaredServer,
  unlikeSecurity,
  headerArguments,
  overlayIdle,
  operationIds,
  silentOperations,
  undeclaredAnswers,
  deprecatedOperations,
  longTexts,
  plainLinks,
]
