import { z } from 'zod'
import { slug } from '../manifest.ts'
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

/** `changed`: enabled, but what the person agreed to has grown since, so that calls wait until they look again. */
export const choiceState = z.enum(['not-enabled', 'enabled', 'changed'])

/** A connector as the directory lists it. Those that are not live are there for whoever enabled them. */
export const directoryEntry = z.object({
  id: idOf('con'),
  slug: z.string(),
  name: z.string(),
  kind: z.enum(['mcp', 'openapi']),
  description: z.string(),
  publisher: z.object({ name: z.string(), ownsApi: z.boolean() }),
  status: z.enum(['live', 'suspended', 'removed']),
  /** Why it is not live, where somebody gave a reason. */
  statusReason: z.string().nullable(),
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
      }),
    )
    .readonly(),
  /** Tools that the rules of the workspace close to this person, whatever the arguments; why stands in `/api/v1/me/policy`. */
  hiddenTools: z.array(z.string()).readonly(),
  /** Personal data that the connector receives, one line each. */
  receives: z.array(z.string()).readonly(),
  /** The text to agree to, and the SHA-256 of it in UTF-8 that `enable` is asked with. */
  privacyNotice: z.object({ text: z.string(), sha256: z.string() }).nullable(),
  /** What the publisher accepted for having it here. */
  terms: z.array(z.object({ document: z.string(), label: z.string(), sha256: z.string(), effectiveAt: time })).readonly(),
  level: approvalLevel,
  enabledAt: time.nullable(),
  /** What has grown since the person enabled it, in words. */
  changes: z.array(z.string()).readonly(),
})
export type DirectoryDetail = z.infer<typeof directoryDetail>

export const connectorInPath = z.strictObject({ slug })

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
})
export type EnableConnector = z.infer<typeof enableConnector>

/** A key to be sealed. It is never part of any answer. */
export const giveCredential = connectorInPath.extend({ secret: z.string().trim().min(1).max(8_192) })
export type GiveCredential = z.infer<typeof giveCredential>
