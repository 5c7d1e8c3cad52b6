import { z } from 'zod'
import { type ClauseId, clauses } from './clauses.ts'

const clauseId = z.enum(Object.keys(clauses) as [ClauseId, ...ClauseId[]])
const line = z.string().trim().min(1).max(200)
const text = z
  .string()
  .trim()
  .min(1)
  .max(20_000)
  .describe('Plain Markdown: paragraphs, lists, bold, italics, links. What stands in double braces, such as {{notices_to}}, is filled in')
const documentName = z.string().regex(/^[a-z][a-z0-9-]{1,40}$/, 'Use small letters, digits and hyphens, such as usage-policies.')
const language = z.string().regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/, 'Use a language tag of BCP 47, such as en or pt-BR.')

const clause = z.strictObject({
  title: line,
  text,
  controls: z
    .record(z.string().regex(/^[a-z-]+\/[a-z0-9-]+$/), z.string())
    .optional()
    .describe('What the software does about it, by the id of the control, with the evidence that it leaves. Without it, as the running code says'),
  textOnly: line.optional().describe('Why software cannot keep this clause, where none does'),
})

const section = z.strictObject({
  title: line,
  text: text.optional(),
  clauses: z.array(clauseId).optional().describe('Clauses that stand here, in this order'),
})

const packDocument = z.strictObject({
  document: documentName,
  title: line,
  preamble: text.optional(),
  sections: z.array(section).min(1).max(100),
})

const translation = z.strictObject({
  documents: z.record(
    documentName,
    z.strictObject({ title: line, preamble: text.optional(), sections: z.array(z.strictObject({ title: line, text: text.optional() })) }),
  ),
  clauses: z.partialRecord(clauseId, z.strictObject({ title: line, text })).default({}),
})

/** A terms pack: every clause that Handfast runs, in the words of whoever hosts it, and the documents in which they stand. */
export const termsPack = z
  .strictObject({
    pack: z.literal(1).describe('Version of this format'),
    name: documentName.describe('What the pack is called'),
    label: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,40}$/)
      .describe('Its editions are called by this and a number, such as 2026-11.1'),
    language: language.describe('The language whose words bind'),
    slots: z
      .record(z.string().regex(/^[a-z][a-z0-9_]*$/), z.string().max(2_000))
      .default({})
      .describe('Further slots, and what fills them'),
    documents: z.array(packDocument).min(1).max(30).describe('The bundle, in order. One of them is called terms'),
    clauses: z.record(clauseId, clause).describe('Every clause, by its id'),
    translations: z.record(language, translation).default({}).describe('The same in other languages, to help readers'),
  })
  .meta({ title: 'Handfast terms pack', description: 'Documents and clauses of the terms for connectors, as data.' })

export type TermsPack = z.infer<typeof termsPack>
export type PackClause = z.infer<typeof clause>
