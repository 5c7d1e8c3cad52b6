import type { Rule } from '../engine/rule.ts'
import { ageRatingRule } from './age-rating.ts'
import { copiedTools } from './copied-tools.ts'
import { displayName } from './display-name.ts'
import { icon } from './icon.ts'
import { listingAddresses } from './listing-addresses.ts'
import { listingDescription } from './listing-description.ts'
import { listingIncomplete } from './listing-incomplete.ts'
import { privacyAddress } from './privacy-address.ts'
import { privacyNotice } from './privacy-notice.ts'
import { privacyTopics } from './privacy-topics.ts'
import { publisherName } from './publisher-name.ts'
import { publisherUnverified } from './publisher-unverified.ts'
import { receivesIncomplete } from './receives-incomplete.ts'
import { releaseNotes } from './release-notes.ts'
import { similarName } from './similar-name.ts'
import { starterPrompts } from './starter-prompts.ts'
import { testCases } from './test-cases.ts'

/** What the directory shows to people, and who publishes it. */
export const listingRules: readonly Rule[] = [
  privacyNotice,
  privacyAddress,
  privacyTopics,
  receivesIncomplete,
  similarName,
  copiedTools,
  displayName,
  listingDescription,
  ageRatingRule,
  icon,
  listingAddresses,
  listingIncomplete,
  starterPrompts,
  testCases,
  releaseNotes,
  publisherName,
  publisherUnverified,
]
