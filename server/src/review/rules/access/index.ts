import type { Rule } from '../engine/rule.ts'
import { credentialPlacement } from './credential-placement.ts'
import { operationServer } from './operation-server.ts'
import { targetAddress } from './target-address.ts'

/** Where calls go, and what opens the door there. */
export const accessRules: readonly Rule[] = [targetAddress, credentialPlacement, operationServer]
