import type { Rule } from '../engine/rule.ts'
import { credentialPlacement } from './credential-placement.ts'
import { domainUnproven } from './domain-unproven.ts'
import { operationServer } from './operation-server.ts'
import { passwordCredential } from './password-credential.ts'
import { scopesUnused } from './scopes-unused.ts'
import { scopesWide } from './scopes-wide.ts'
import { sensitiveScopes } from './sensitive-scopes.ts'
import { signInElsewhere } from './sign-in-elsewhere.ts'
import { targetAddress } from './target-address.ts'

/** Where calls go, and what opens the door there. */
export const accessRules: readonly Rule[] = [
  targetAddress,
  credentialPlacement,
  operationServer,
  domainUnproven,
  scopesWide,
  scopesUnused,
  signInElsewhere,
  sensitiveScopes,
  passwordCredential,
]
