import { z } from 'zod'
import { ageBand, ageRating, languageTag, slug } from '../manifest.ts'
import { ageSource } from './age.ts'
import { approvalLevel } from './levels.ts'
import { idOf, pageQuery, time } from './page.ts'

/** What a tool does to the world, in the words that people read. */
export const effectWord = z.enum(['read', 'change', 'destroy'])
export type EffectWord = z.infer<typeof effectWord>

/** Whether a connector has the key that it needs from this person. The key itself is never part of an answer. */
export const credentialState = z.object({
  /** False: the API asks for no key. */
  needed: z.boolean(),
  /** Where it goes in a request; `basic` takes `name:password`. `oauth2`: people sign in at the API instead of giving a key. */
  kind: z.enum(['none', 'bearer', 'basic', 'header', 'query', 'cookie', 'oauth2']),
  /** `own`: this person gave one. `shared`: the workspace did. */
  given: z.enum(['none', 'own', 'shared']),
  /** When the key in use was given, and by whom. */
  setAt: time.nullable(),
  setBy: z.string().nullable(),
})
export type CredentialState = z.infer<typeof credentialState>

/**
 * `changed`: enabled, but what the person agreed to has grown since, so that calls wait until they look again.
 * `grown`: enabled and at work, and there are new tools that stay off until the person agrees to them.
 */
export const choiceState = z.enum(['not-enabled', 'enabled', 'changed', 'grown'])

/**
 * Who stands behind a connector. `owner-verified`: the API's owner, and somebody other than the publisher reviewed that. `owner-declared`: its publisher
 * says so. `house`: whoever runs this Handfast publishes it, for an API of others. `third-party`: somebody else does.
 */
export const publisherRelation = z.enum(['owner-verified', 'owner-declared', 'house', 'third-party'])
export type PublisherRelation = z.infer<typeof publisherRelation>

/** What is new since the person agreed, tool by tool. */
export const toolGrowth = z.object({
  tool: z.string(),
  effect: effectWord,
  /** What it did before; null: the tool is new. */
  before: effectWord.nullable(),
  /** Places in its arguments that it can be sent now and could not before. */
  fields: z.array(z.string()).readonly(),
})

/** A connector as the directory lists it. Those that are not live are there for whoever enabled them. */
export const directoryEntry = z.object({
  id: idOf('con'),
  slug: z.string(),
  name: z.string(),
  kind: z.enum(['mcp', 'openapi']),
  description: z.string(),
  publisher: z.object({ name: z.string(), ownsApi: z.boolean() }),
  /** Whoever reviewed it also stands behind it. */
  selfReviewed: z.boolean(),
  status: z.enum(['live', 'paused', 'suspended', 'ending', 'removed']),
  /** Why it is not live, where somebody gave a reason. */
  statusReason: z.string().nullable(),
  /** When calls stop for good, or did; null while nobody decided that. */
  endsAt: time.nullable(),
  /** How many tools there are of each effect. */
  tools: z.object({ read: z.int(), change: z.int(), destroy: z.int() }),
  choice: choiceState,
  /** The workspace enabled it; nothing is sent until this person has read the notice and agreed. */
  byWorkspace: z.boolean(),
  credential: credentialState,
})
export type DirectoryEntry = z.infer<typeof directoryEntry>

/** Everything that a person is shown before they enable a connector, and after. */
export const directoryDetail = directoryEntry.omit({ tools: true }).extend({
  release: z.object({ id: idOf('rel'), sha256: z.string() }).nullable(),
  tools: z
    .array(
      z.object({
        name: z.string(),
        title: z.string().nullable(),
        description: z.string(),
        effect: effectWord,
        /** Whether this person is asked before each call, at the level that holds for them now. */
        asks: z.boolean(),
        /** New since the person agreed, so that it is off until they agree to it. */
        off: z.boolean(),
        /** It is neither listed for assistants nor called, until that is lifted. */
        paused: z.boolean(),
      }),
    )
    .readonly(),
  /** Tools that the rules of the workspace close to this person, whatever the arguments; why stands in `/api/v1/me/policy`. */
  hiddenTools: z.array(z.string()).readonly(),
  /** Personal data that the connector receives, one line each. */
  receives: z.array(z.string()).readonly(),
  relation: publisherRelation,
  /** The text to agree to, in the language that was asked for where there is one, and the digest that `enable` is asked with. */
  privacyNotice: z
    .object({
      text: z.string(),
      /** Of the notice in all its languages; of a notice in one language, that of its text in UTF-8. */
      sha256: z.string(),
      /** Of this text. */
      textSha256: z.string(),
      language: z.string(),
      languages: z.array(z.string()).readonly(),
      /** Where its publisher keeps it. What is shown and agreed to is our copy. */
      url: z.string().nullable(),
    })
    .nullable(),
  ageRating,
  /** How old this person is, by what is known, who says so, and whether that is enough. */
  age: z.object({ band: ageBand, source: ageSource, enough: z.boolean() }),
  /** What the publisher accepted for having it here. */
  terms: z.array(z.object({ document: z.string(), label: z.string(), sha256: z.string(), effectiveAt: time })).readonly(),
  level: approvalLevel,
  enabledAt: time.nullable(),
  /** What has grown since the person enabled it, in words. Calls wait until they look again. */
  changes: z.array(z.string()).readonly(),
  /** Tools that are new or reach further. They are off until the person agrees; everything else goes on. */
  newTools: z.array(toolGrowth).readonly(),
  /** What the person agreed to, newest first. */
  receipts: z.array(z.object({ id: idOf('enb'), at: time, endedAt: time.nullable() })).readonly(),
})
export type DirectoryDetail = z.infer<typeof directoryDetail>

export const connectorInPath = z.strictObject({ slug })
export const sheetQuery = connectorInPath.extend({
  languages: z.string().max(200).optional().describe('Languages that the person reads, the liked ones first, separated by commas'),
})

export const receiptInPath = connectorInPath.extend({ id: idOf('enb') })
/** What a person agreed to, with all that is needed to check it against the ledger. */
export const receipt = z.object({
  /** Canonical JSON (RFC 8785), exactly as its digest covers it. */
  text: z.string(),
  sha256: z.string(),
  person: z.object({ id: idOf('usr'), name: z.string() }),
  /** The words that were agreed to, where they are still kept. */
  notice: z.object({ language: z.string(), text: z.string(), sha256: z.string() }).nullable(),
  at: time,
  endedAt: time.nullable(),
  /** The entry that holds the digest, and the proof that the signed tree has it; nulls until the tree has a place for it. */
  ledger: z
    .object({
      body: z.string(),
      leafIndex: z.int().nullable(),
      proof: z.array(z.string()).readonly().nullable(),
      checkpoint: z.string().nullable(),
      verifierKey: z.string().nullable(),
    })
    .nullable(),
})
export type Receipt = z.infer<typeof receipt>

export const directoryQuery = pageQuery.extend({
  enabled: z.stringbool().optional().describe('True: only what you enabled'),
})
export type DirectoryQuery = z.infer<typeof directoryQuery>

/** What was on the screen when the person agreed. */
export const enableConnector = connectorInPath.extend({
  noticeSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('Digest of the privacy notice that was shown'),
  release: idOf('rel').optional().describe('The release whose `receives` were shown; where given, another one is refused'),
  language: languageTag.optional().describe('Language of the text that was read'),
})
export type EnableConnector = z.infer<typeof enableConnector>

/** A key to be sealed. It is never part of any answer. */
export const giveCredential = connectorInPath.extend({ secret: z.string().trim().min(1).max(8_192) })
export type GiveCredential = z.infer<typeof giveCredential>
