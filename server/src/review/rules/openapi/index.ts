import type { Rule } from '../engine/rule.ts'
import { overlayIdle } from './overlay-idle.ts'

/** What OpenAPI documents say. */
export const openapiRules: readonly Rule[] = [overlayIdle]
