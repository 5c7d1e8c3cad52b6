import type { Rule } from '../engine/rule.ts'
import { answerExtras } from './answer-extras.ts'
import { answerInstructions } from './answer-instructions.ts'
import { answerSchema } from './answer-schema.ts'
import { answerSize } from './answer-size.ts'
import { badInput } from './bad-input.ts'
import { certificate } from './certificate.ts'
import { codeChallenge } from './code-challenge.ts'
import { deadPages } from './dead-pages.ts'
import { failedCases } from './failed-cases.ts'
import { handshake } from './handshake.ts'
import { missingChallenge } from './missing-challenge.ts'
import { noRevocation } from './no-revocation.ts'
import { resourceMetadata } from './resource-metadata.ts'
import { unknownScopes } from './unknown-scopes.ts'
import { unreachable } from './unreachable.ts'
import { unsteadyList } from './unsteady-list.ts'
import { wrongAudience } from './wrong-audience.ts'

/** What probes of the connector met. */
export const probeRules: readonly Rule[] = [
  wrongAudience,
  certificate,
  unreachable,
  handshake,
  unsteadyList,
  missingChallenge,
  resourceMetadata,
  codeChallenge,
  badInput,
  answerInstructions,
  answerSchema,
  answerExtras,
  failedCases,
  deadPages,
  unknownScopes,
  noRevocation,
  answerSize,
]
