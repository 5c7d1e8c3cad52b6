import type { Rule } from '../engine/rule.ts'
import { privacyNotice } from './privacy-notice.ts'

/** What the directory shows to people. */
export const listingRules: readonly Rule[] = [privacyNotice]
