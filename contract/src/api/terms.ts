import { z } from 'zod'
import { idOf, pageOf, pageQuery, time } from './page.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** The words of a document in one language. */
export const documentText = z.object({ language: z.string(), title: z.string(), body: z.string(), sha256 })

/** One edition of one document, in the exact words that are accepted. */
export const edition = z.object({
  id: idOf('edn'),
  document: z.string(),
  label: z.string(),
  title: z.string(),
  language: z.string().describe('The language whose words bind'),
  sha256,
  effectiveAt: time,
  body: z.string(),
})

/** The documents in force: what is accepted together. */
export const bundle = z.object({ documents: z.array(edition).readonly() })
export type BundleView = z.infer<typeof bundle>

export const editionInPath = z.strictObject({ id: idOf('edn') })

/** An edition in a list, without its words. */
export const editionSummary = edition.omit({ body: true }).extend({ withdrawnAt: time.nullable() })
export const editions = z.object({ items: z.array(editionSummary).readonly() })

const onBehalfOf = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .nullable()
  .default(null)
  .describe('Name of the principal, where it is somebody else than that organisation')
const authorityAttested = z.boolean().describe('Whether you may accept for it')

export const accept = z.strictObject({
  developer: idOf('dev').describe('The organisation that is bound'),
  documents: z
    .record(z.string().max(100), sha256)
    .describe('Digest of each document that was on the screen, by its name; all of the bundle, and nothing else'),
  onBehalfOf,
  authorityAttested,
})

/** The record of an acceptance. */
export const acceptance = z.object({
  id: idOf('acc'),
  developer: idOf('dev'),
  by: idOf('usr'),
  documents: z.array(z.object({ document: z.string(), edition: z.string(), sha256 })).readonly(),
  entity: z.string().describe('The contracting entity on the side of the operator'),
  onBehalfOf: z.string().nullable(),
  authorityAttested: z.boolean(),
  at: time,
})
export type AcceptanceView = z.infer<typeof acceptance>
export const acceptancesQuery = pageQuery.extend({ id: idOf('dev') })
export const acceptances = pageOf(acceptance)

export const acceptanceInPath = z.strictObject({ id: idOf('acc') })

/** How an entry stands in the ledger. `proof`: hashes in base64 from the leaf upward (RFC 6962); null while it waits for the next checkpoint. */
export const ledgerProof = z
  .object({
    body: z.string(),
    leafIndex: z.number().int().nullable(),
    proof: z.array(z.string()).readonly().nullable(),
    checkpoint: z.string().nullable(),
    verifierKey: z.string().nullable(),
  })
  .nullable()

/** A receipt to keep: its text, whose digest the ledger holds, and the proof of that. */
export const acceptanceReceipt = z.object({ text: z.string(), sha256, at: time, ledger: ledgerProof })
export type AcceptanceReceiptView = z.infer<typeof acceptanceReceipt>

export const changeClass = z
  .enum(['material', 'required-by-law', 'other'])
  .describe('Material changes wait 15 days of 24 hours after their notice; the others take effect at once')
export const changeState = z.enum(['draft', 'posted', 'in-force', 'withdrawn'])

/** A change of a document. */
export const change = z.object({
  id: idOf('chg'),
  document: z.string(),
  title: z.string(),
  language: z.string(),
  sha256,
  base: sha256.nullable().describe('Digest of the edition that it was compared with; null: the document is new'),
  state: changeState,
  class: changeClass.nullable(),
  justification: z.string().nullable(),
  draftedAt: time,
  postedAt: time.nullable(),
  label: z.string().nullable(),
  effectiveAt: time.nullable(),
  withdrawnAt: time.nullable(),
  withdrawnBecause: z.string().nullable(),
})
export type ChangeView = z.infer<typeof change>
export const changes = pageOf(change)

const pieceKind = z.enum(['same', 'gone', 'new'])
/** What differs between two texts, paragraph by paragraph; inside changed ones word by word. */
export const difference = z
  .array(z.object({ kind: z.enum(['same', 'gone', 'new', 'changed']), pieces: z.array(z.object({ kind: pieceKind, text: z.string() })).readonly() }))
  .readonly()
export const changeDetail = change.extend({ body: z.string(), translations: z.array(documentText).readonly(), difference })
export type ChangeDetail = z.infer<typeof changeDetail>

const document = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,40}$/, 'Use small letters, digits and hyphens, such as usage-policies.')
  .refine((name) => name !== 'changes', 'That is the address of the list of changes. Use another name.')
const body = z.string().min(1).max(500_000).describe('The whole new edition, in Markdown')
const title = z.string().trim().min(1).max(200)
const justification = z.string().trim().min(1).max(5_000).describe('Why it is of that class; it is kept, and shown with the change')
const translations = z
  .array(z.strictObject({ language: z.string().regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/), title, body }))
  .max(50)
  .describe('The same in other languages, to help readers')

export const draftChange = z.strictObject({
  document,
  title: title.optional().describe('Without it, that of the edition in force'),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/)
    .optional(),
  body,
  class: changeClass.optional(),
  justification: justification.optional(),
  translations: translations.optional(),
})
export const changeInPath = z.strictObject({ id: idOf('chg') })
export const reviseChange = changeInPath.extend({
  title: title.optional(),
  body: body.optional(),
  class: changeClass.optional(),
  justification: justification.optional(),
  translations: translations.optional(),
})

export const previewChange = changeInPath.extend({
  effectiveAt: time.optional().describe('When it is to take effect; without it as early as it can'),
})
/** What posting now would mean. */
export const changePreview = z.object({
  postedAt: time,
  earliest: time.describe('Nobody can shorten this'),
  effectiveAt: time,
  shown: z.string().describe('The same moment as people read it, with its zone'),
  recipients: z
    .array(z.object({ developer: idOf('dev'), name: z.string(), connectors: z.array(z.string()).readonly() }))
    .readonly()
    .describe('Developers who accepted terms: their legal contacts are told. With the connectors about which their agreement is in force'),
})
export type ChangePreviewView = z.infer<typeof changePreview>

export const postChange = changeInPath.extend({
  sha256: sha256.describe('Digest of the words that you looked at'),
  draftedAt: time
    .optional()
    .describe('`draftedAt` of the draft that you looked at. With it nothing is posted, such as another class or title, that somebody changed since'),
  effectiveAt: time.optional(),
})
export const withdrawChange = changeInPath.extend({
  reason: z.string().trim().min(1).max(2_000).describe('Why; whoever was told of the change reads it'),
})

const held = z
  .array(
    z.object({
      change: idOf('chg'),
      edition: idOf('edn'),
      why: z.enum(['window', 'not-served', 'leaving', 'not-available']),
      from: time.nullable(),
    }),
  )
  .readonly()

/** A document that binds a connector, and how it came to. */
export const binding = z.object({
  document: z.string(),
  edition: idOf('edn'),
  label: z.string(),
  title: z.string(),
  sha256,
  how: z.enum(['accepted', 'deemed']).describe('`deemed`: it was still available when the change took effect, after its notice had been served'),
  by: z.string().describe('The acceptance, or the change'),
  since: time,
  held: held.describe('Newer editions that do not bind it, with the reason'),
})

const signature = z.object({ by: idOf('usr'), at: time })
/** A document between the operator and one developer alone. */
export const amendment = z.object({
  id: idOf('amd'),
  developer: idOf('dev'),
  connector: idOf('con').nullable(),
  title: z.string(),
  body: z.string(),
  sha256: sha256.describe('Digest of the title, an empty line and the body'),
  proposed: signature,
  signed: signature.nullable(),
  withdrawnAt: time.nullable(),
})
export type AmendmentView = z.infer<typeof amendment>
export const amendments = z.object({ items: z.array(amendment).readonly() })

export const inForceQuery = z.strictObject({
  slug: z.string().max(40),
  on: z
    .union([time, z.iso.date()])
    .optional()
    .describe('A moment that has passed, or a day, of which the end in UTC is meant and of today this moment; without it now'),
})
/** Which documents were in force for a connector at a time. */
export const inForce = z.object({
  connector: idOf('con'),
  slug: z.string(),
  developer: idOf('dev'),
  at: time,
  ended: z.boolean().describe('Whether its agreement had ended by then'),
  documents: z.array(binding).readonly(),
  unbound: z
    .array(z.object({ document: z.string(), held }))
    .readonly()
    .describe('Documents that are newer than the agreement and of which no edition binds it yet, with the reason'),
  amendments: z.array(amendment).readonly(),
  pending: z
    .array(z.object({ change: idOf('chg'), document: z.string(), label: z.string(), from: time, chosen: z.enum(['accept', 'wait']).nullable() }))
    .readonly()
    .describe('Changes that its developer can still leave before, as of now'),
})
export type InForceView = z.infer<typeof inForce>

export const chooseChange = z.strictObject({
  slug: z.string().max(40),
  change: idOf('chg'),
  choice: z
    .enum(['accept', 'wait'])
    .describe('`accept`: bound by it from its time, whatever comes. `wait`: publishing goes on, and the right to leave before'),
  onBehalfOf,
  authorityAttested: z.boolean().default(false).describe('Whether you may accept for the organisation; asked for where you accept'),
})
export const chosen = z.object({ change: idOf('chg'), choice: z.enum(['accept', 'wait']), acceptance: idOf('acc').nullable() })

export const developerAmendments = z.strictObject({ id: idOf('dev') })
export const proposeAmendment = developerAmendments.extend({
  connector: z.string().max(40).nullable().default(null).describe('Short name; null: for every connector of the developer'),
  title,
  body: z.string().min(1).max(100_000),
})
export const amendmentInPath = z.strictObject({ id: idOf('amd') })
export const signAmendment = amendmentInPath.extend({ sha256: sha256.describe('Digest of the words that you read'), authorityAttested })

export const agreementExport = z.strictObject({
  slug: z.string().max(40),
  format: z.enum(['json', 'html']).default('json').describe('`html`: a page that prints well'),
})

/** What keeps the clauses. */
export const coverage = z.object({
  clauses: z
    .array(
      z.object({
        id: z.string(),
        about: z.string(),
        state: z.enum(['covered', 'text-only', 'uncovered', 'waiting']),
        controls: z.array(z.object({ id: z.string(), does: z.string(), evidence: z.string() })).readonly(),
        tests: z.array(z.string()).readonly(),
        reason: z.string().nullable(),
      }),
    )
    .readonly(),
  problems: z.array(z.string()).readonly(),
  waiting: z.array(z.object({ clause: z.string(), reason: z.string() })).readonly(),
})
export type CoverageView = z.infer<typeof coverage>
