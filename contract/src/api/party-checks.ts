import { z } from 'zod'
import { idOf, pageQuery, time } from './page.ts'

export const listSource = z.enum(['ofac-sdn', 'us-csl'])
export type ListSourceWord = z.infer<typeof listSource>
/** No answer says that anybody may do anything. */
export const checkAnswer = z.enum(['no-list-match', 'review', 'potential-match'])
const day = z.iso.date()

const keepDays = z.number().int().min(1).max(3_650)

export const partyRulesFields = z.strictObject({
  enabled: z.boolean(),
  jurisdiction: z.string().trim().max(500).default('').describe('Under which law organisations are compared with lists'),
  legalBasis: z.string().trim().max(2_000).default('').describe('What allows or demands it there'),
  deciders: z.array(idOf('usr')).max(50).default([]).describe('Accounts that decide about what is found'),
  keepDays: keepDays.optional().describe('How long records without a match are kept; absent: as long as before, and 90 days at first'),
})
export const partyRules = partyRulesFields.extend({
  keepDays: keepDays.describe('How long records without a match are kept'),
  by: idOf('usr'),
  at: time,
})
export const partyRulesView = z.object({
  enabled: z.boolean(),
  inForce: partyRules.nullable().describe('Null: nobody ever said anything, which is off'),
  history: z.array(partyRules).readonly(),
})
export type PartyRulesView = z.infer<typeof partyRulesView>

export const partyList = z.object({
  id: idOf('pls'),
  source: listSource,
  state: z.enum(['loading', 'reading', 'in-force', 'refused', 'replaced']),
  sha256: z.string().nullable(),
  publishedOn: z.string().nullable(),
  entries: z.number(),
  bytes: z.number(),
  origin: z.enum(['upload', 'fetch']),
  at: time,
  seenAt: time.describe('When the same files were seen for the last time'),
  outdated: z.boolean(),
  failure: z.string().nullable(),
})
export type PartyListView = z.infer<typeof partyList>
export const partyLists = z.object({
  lists: z.array(partyList).readonly(),
  addresses: z.array(z.object({ source: listSource, files: z.record(z.string(), z.string()) })).readonly(),
  embargoes: z.object({ date: z.string(), sha256: z.string(), own: z.boolean(), territories: z.number() }),
})
export type PartyListsView = z.infer<typeof partyLists>
export const beginList = z.strictObject({
  source: listSource,
  publishedOn: day.nullable().default(null).describe('The date that its publisher gives it'),
})
export const listPart = z.strictObject({
  list: idOf('pls'),
  file: z.enum(['sdn.csv', 'add.csv', 'alt.csv', 'consolidated.json', 'consolidated.csv']),
  number: z.number().int().min(0).max(100_000).describe('Parts of a file are joined in the order of their numbers'),
  base64: z.base64().max(700_000).describe('At most 512 KiB of the file'),
})
export const listInPath = z.strictObject({ list: idOf('pls') })
export const listAddresses = z.strictObject({
  source: listSource,
  files: z.record(z.string().max(40), z.string().max(1_000)).nullable().describe('Where each file is fetched from, twice a day; null: it is not'),
})
export const setEmbargoes = z.strictObject({ text: z.string().max(262_144).describe('The table as YAML') })

const agreement = z.enum(['agrees', 'differs', 'unknown'])
export const verdict = z.enum(['same', 'not-the-same'])
export const partyMatch = z.object({
  source: z.string(),
  entry: z.string(),
  listedName: z.string(),
  answer: checkAnswer,
  score: z.number().describe('How alike the names are, 0 to 1'),
  country: agreement,
  address: agreement,
  birthYear: agreement,
  number: agreement,
  verdict: verdict.nullable(),
  reason: z.string().nullable(),
  decidedBy: idOf('usr').nullable(),
  decidedAt: time.nullable(),
})
export const partyCheck = z.object({
  id: idOf('pck'),
  developer: idOf('dev'),
  party: z.string().describe('`organisation`, or a declared owner by id'),
  because: z.enum(['sign-up', 'change', 'lists', 'asked']),
  answer: checkAnswer,
  lists: z.array(z.object({ source: z.string(), sha256: z.string(), publishedOn: z.string().nullable(), seenAt: time })).readonly(),
  hold: idOf('hld').nullable(),
  at: time,
  expiresAt: time.nullable(),
  settledAt: time.nullable(),
  matches: z.array(partyMatch).readonly(),
})
export type PartyCheckView = z.infer<typeof partyCheck>
export const partyChecksQuery = pageQuery.extend({
  developer: idOf('dev').optional(),
  open: z.stringbool().default(false).describe('Only what waits for a person'),
})
export const decideMatch = z.strictObject({
  check: idOf('pck'),
  source: z.string().max(40),
  entry: z.string().max(200),
  verdict,
  reason: z.string().trim().min(1).max(4_000),
})
