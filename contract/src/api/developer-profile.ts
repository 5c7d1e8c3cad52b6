import { z } from 'zod'
import { exportStatements } from '../export-statements.ts'
import { idOf, time } from './page.ts'

const line = (most: number) => z.string().trim().min(1).max(most).nullable().default(null)
const webAddress = z
  .string()
  .max(1_000)
  .refine((text) => URL.parse(text)?.protocol === 'https:', 'has to be an https address')
  .nullable()
  .default(null)
const countryCode = z.string().regex(/^[A-Z]{2}$/, 'Use the two capital letters of ISO 3166, such as IE.')
const email = z.email().max(254)

/** What an organisation says about itself. A house asks for none of it; a public installation before the first release. */
export const profileFields = z.strictObject({
  legalName: line(200).describe('As it stands in its register'),
  region: z
    .string()
    .regex(/^[A-Z]{2}-[A-Z0-9]{1,3}$/, 'Use the code of ISO 3166-2, such as IE-D.')
    .nullable()
    .default(null)
    .describe('Region of its seat'),
  address: line(500),
  website: webAddress,
  registrationNumber: line(80).describe('In the register of companies'),
  privacyUrl: webAddress.describe('Its privacy policy; looked at on a schedule'),
  supportUrl: z
    .union([
      webAddress,
      z
        .string()
        .regex(/^mailto:[^\s@]+@[^\s@]+$/)
        .max(300),
    ])
    .nullable()
    .default(null)
    .describe('Where users get help; looked at on a schedule'),
})
export const developerProfile = profileFields.extend({ changedAt: time.nullable() })
export type DeveloperProfileView = z.infer<typeof developerProfile>
export const setProfile = profileFields.extend({ id: idOf('dev') })

export const ownerFields = z.strictObject({
  kind: z.enum(['person', 'organisation']),
  name: z.string().trim().min(1).max(200),
  aliases: z.array(z.string().trim().min(1).max(200)).max(20).default([]).describe('Other names and spellings'),
  country: countryCode.nullable().default(null).describe('Of residence or seat'),
  nationality: countryCode.nullable().default(null).describe('Asked for only where party checks are on'),
  birthYear: z.number().int().min(1900).max(2100).nullable().default(null).describe('Asked for only where party checks are on'),
  registrationNumber: line(80).describe('Asked for only where party checks are on'),
  share: z.number().int().min(1).max(100).nullable().default(null).describe('In percent'),
})
export const declaredOwner = ownerFields.extend({ id: idOf('own') })
export type DeclaredOwner = z.infer<typeof declaredOwner>
export const addOwner = ownerFields.extend({ id: idOf('dev') })
export const ownerInPath = z.strictObject({ id: idOf('dev'), owner: idOf('own') })

export const contactPurpose = z.enum(['legal', 'security', 'support'])
export const developerContact = z.object({
  id: idOf('dct'),
  purpose: contactPurpose,
  email: z.string(),
  state: z
    .enum(['unasked', 'asked', 'verified', 'due', 'stale', 'removed'])
    .describe('`due`: asked again, and still counts. `stale`: does not count any more'),
  codeExpiresAt: time.nullable(),
  verifiedAt: time.nullable(),
  verifiedUntil: time.nullable(),
})
export type DeveloperContactView = z.infer<typeof developerContact>
export const addContact = z.strictObject({ id: idOf('dev'), purpose: contactPurpose, email })
export const contactInPath = z.strictObject({ id: idOf('dev'), contact: idOf('dct') })
export const confirmContact = z.strictObject({ contact: idOf('dct'), code: z.string().max(40).describe('As it stands in the mail') })

export const developerDomain = z.object({
  id: idOf('dom'),
  domain: z.string().describe('As DNS has it'),
  shown: z.string().describe('As people write it'),
  state: z.enum(['asked', 'proven', 'doubtful', 'lost']),
  method: z.enum(['file', 'dns']).nullable(),
  file: z.object({ url: z.string(), line: z.string() }).describe('The line that proves it, in a text file at this address'),
  record: z.object({ name: z.string(), text: z.string() }).describe('Or the TXT record that proves it'),
  provenAt: time.nullable(),
  checkedAt: time.nullable(),
  failure: z.string().nullable(),
})
export type DeveloperDomainView = z.infer<typeof developerDomain>
export const addDomain = z.strictObject({ id: idOf('dev'), domain: z.string().min(3).max(300) })
export const domainInPath = z.strictObject({ id: idOf('dev'), domain: idOf('dom') })

export const exportAnswers = z.strictObject(
  Object.fromEntries(exportStatements.map((name) => [name, z.boolean()])) as Record<(typeof exportStatements)[number], z.ZodBoolean>,
)
export const exportStatementsView = z.object({
  edition: z.string().describe('Digest of the sentences'),
  sentences: z.array(z.object({ name: z.enum(exportStatements), text: z.string() })).readonly(),
  due: z.boolean().describe('They have to be asked: never said, said in other words, or said about other facts'),
  last: z.object({ edition: z.string(), answers: exportAnswers, at: time }).nullable(),
})
export type ExportStatementsView = z.infer<typeof exportStatementsView>
export const makeStatements = z.strictObject({
  id: idOf('dev'),
  edition: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('Digest of the sentences that were on the screen'),
  answers: exportAnswers.describe('True: that is so'),
})

export const developerFinding = z.object({
  id: idOf('dfn'),
  developer: idOf('dev'),
  kind: z.string(),
  about: z.string(),
  detail: z.string(),
  firstSeenAt: time,
  lastSeenAt: time,
  closedAt: time.nullable(),
})
export const settleFinding = z.strictObject({
  finding: idOf('dfn'),
  reason: z.string().trim().min(1).max(4_000).describe('The organisation reads it'),
})
export type DeveloperFindingView = z.infer<typeof developerFinding>

const said = z.object({ text: z.string(), at: time }).nullable()
export const developerHold = z.object({
  id: idOf('hld'),
  developer: idOf('dev'),
  state: z.enum(['placed', 'appealed', 'kept', 'released']),
  /** A statement of reasons. */
  cause: z.enum(['party-check', 'operator']),
  clause: z.string(),
  facts: z.string(),
  scope: z.string(),
  redress: z.string(),
  at: time,
  lookBy: time,
  overdue: z.boolean(),
  appeal: said,
  answer: said,
  released: said,
})
export type DeveloperHoldView = z.infer<typeof developerHold>
export const holdDeveloper = z.strictObject({
  id: idOf('dev'),
  facts: z.string().trim().min(1).max(4_000).describe('What was found; the organisation reads it'),
})
export const holdInPath = z.strictObject({ hold: idOf('hld') })
export const answerHold = z.strictObject({ hold: idOf('hld'), text: z.string().trim().min(1).max(4_000) })

/** Everything about an organisation in one answer, for its members and for whoever looks after it. */
export const developerStanding = z.object({
  id: idOf('dev'),
  name: z.string(),
  country: z.string(),
  profile: developerProfile,
  contacts: z.array(developerContact).readonly(),
  domains: z.array(developerDomain).readonly(),
  lacking: z.array(z.string()).readonly().describe('What is needed before it may hand in a release here'),
  statementsDue: z.boolean(),
  held: z.boolean(),
  openFindings: z.number(),
})
export type DeveloperStanding = z.infer<typeof developerStanding>
