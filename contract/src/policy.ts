import { z } from 'zod'
import { effectWord } from './api/directory.ts'
import { idOf, time } from './api/page.ts'
import { plainValue } from './api/plain-value.ts'
import { slug } from './manifest.ts'

/** Names that stand for the lists and switches of a policy where a decision is explained; no rule can have them. */
export const reservedRules = ['connectors', 'new-tools'] as const

export const ruleId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'Start with a letter; then up to 39 lower-case letters, digits or dashes.')
  .refine((id) => !(reservedRules as readonly string[]).includes(id), 'This name stands for something else.')
  .describe('Short name, unique in the policy; decisions are explained by it')
export const groupName = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'Start with a letter; then up to 39 lower-case letters, digits or dashes.')

/** Whom a rule is about. Somebody is meant who is in one of the groups, or named, or an owner where owners are meant. */
export const subject = z.union([
  z.literal('everybody'),
  z
    .strictObject({
      groups: z.array(groupName).max(50).default([]),
      people: z.array(idOf('usr')).max(200).default([]),
      owners: z.boolean().default(false),
    })
    .refine(({ groups, people, owners }) => groups.length + people.length > 0 || owners, 'Name a group, a person or the owners.'),
])
export type Subject = z.infer<typeof subject>

const pointer = z
  .string()
  .max(500)
  .regex(/^(\/([^~/]|~[01])*)*$/, 'This is not a JSON pointer (RFC 6901).')
const size = z.int().min(0).max(1_000_000)

/**
 * One question about the arguments. All tests that are given have to hold, for the value at the pointer, or for `some` or `every` member of the
 * list that stands there. A value that is not there passes no test but `present: false`.
 */
export const condition = z
  .strictObject({
    at: pointer.describe('JSON pointer into the arguments (RFC 6901)'),
    of: z
      .enum(['value', 'some', 'every'])
      .default('value')
      .describe('The value itself, or members of the list there; of an empty list neither holds'),
    present: z.boolean().optional(),
    equals: plainValue.optional(),
    oneOf: z.array(plainValue).min(1).max(200).optional(),
    matches: z.string().min(1).max(500).optional().describe('A pattern (RE2) that the whole text has to match'),
    atLeast: z.number().optional(),
    atMost: z.number().optional(),
    longest: size.optional().describe('Characters of a text, or members of a list, at most'),
    shortest: size.optional().describe('Characters of a text, or members of a list, at least'),
    not: z.boolean().default(false).describe('Turns the answer of this question around'),
  })
  .refine(({ at: _, of: __, not: ___, ...tests }) => Object.values(tests).some((test) => test !== undefined), 'Say what to test.')
export type PolicyCondition = z.infer<typeof condition>

/** Who says yes instead of the person whose call it is. */
export const approvers = z.strictObject({
  groups: z.array(groupName).max(50).default([]),
  people: z.array(idOf('usr')).max(200).default([]),
  owners: z.boolean().default(false),
  notWhoAsks: z.boolean().default(true).describe('Four eyes: nobody says yes to their own call'),
})
export type Approvers = z.infer<typeof approvers>

const because = z.string().trim().max(300).default('').describe('Shown to whoever the rule stops or asks')

export const policyRule = z
  .strictObject({
    id: ruleId,
    verb: z.enum(['allow', 'ask', 'deny']),
    because,
    for: subject.default('everybody'),
    on: z
      .strictObject({
        connectors: z.array(slug).max(200).optional(),
        tools: z.array(z.string().min(1).max(128)).max(500).optional(),
        effects: z.array(effectWord).max(3).optional(),
        assistants: z.array(idOf('ast')).max(200).optional(),
      })
      .default({})
      .describe('What is left out means all of them'),
    when: z.array(condition).max(20).default([]).describe('All of them have to hold'),
    overrides: z
      .array(z.string().max(40))
      .max(50)
      .default([])
      .describe('Rules that count for nothing where this one holds; `new-tools` can be named too'),
    unasked: z.boolean().optional().describe('With allow: the call is sent without a question, whatever level the person chose'),
    lasting: z.boolean().optional().describe('With ask: a lasting yes of the person is enough'),
    approvers: approvers.optional().describe('With ask: who says yes. Absent: the person whose call it is'),
    openMinutes: z.int().min(1).max(10_080).optional().describe('With approvers: how long the question stays open, 60 minutes where absent'),
  })
  .superRefine((rule, context) => {
    const only = (field: 'unasked' | 'lasting' | 'approvers' | 'openMinutes', verb: string) => {
      if (rule[field] !== undefined && rule.verb !== verb)
        context.addIssue({ code: 'custom', path: [field], message: `This goes with \`verb: ${verb}\`.` })
    }
    only('unasked', 'allow')
    only('lasting', 'ask')
    only('approvers', 'ask')
    only('openMinutes', 'ask')
    const { approvers: who } = rule
    if (who !== undefined && who.groups.length + who.people.length === 0 && !who.owners)
      context.addIssue({ code: 'custom', path: ['approvers'], message: 'Name a group, a person or the owners.' })
    if (who !== undefined && rule.lasting === true)
      context.addIssue({ code: 'custom', path: ['lasting'], message: 'A yes of somebody else is for one call.' })
  })
export type PolicyRule = z.infer<typeof policyRule>

const domain = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,63}$/, 'This is not a domain, such as example.org or *.example.org.')

/** Which accounts people may link. All limits that are about the person and the connector have to be met. */
export const accountLimit = z
  .strictObject({
    id: ruleId,
    because,
    for: subject.default('everybody'),
    connectors: z.array(slug).max(200).optional().describe('Absent: all of them'),
    domains: z.array(domain).max(200).default([]).describe('Domains of the e-mail address of the account; `*.example.org` means those below it'),
    identities: z.array(z.string().trim().toLowerCase().min(1).max(254)).max(500).default([]).describe('Whole addresses or identifiers'),
  })
  .refine(({ domains, identities }) => domains.length + identities.length > 0, 'Name a domain or an identity.')
export type AccountLimit = z.infer<typeof accountLimit>

/** The rules of one workspace, as a whole. Everything is optional; an empty policy leaves all decisions to people. */
export const policyDocument = z
  .strictObject({
    connectors: z
      .strictObject({
        allow: z.array(slug).max(1_000).nullable().default(null).describe('Only these; null: all of the directory'),
        block: z.array(slug).max(1_000).default([]).describe('Never these'),
        because,
      })
      .prefault({}),
    newTools: z
      .strictObject({
        verb: z.enum(['allow', 'ask', 'off']).default('allow'),
        since: time.optional().describe('Tools that were there by then are known. Absent: the time of the change that set this'),
      })
      .prefault({})
      .describe('What happens to tools that a connector gains with a later release, until somebody accepts them'),
    rules: z.array(policyRule).max(500).default([]),
    accounts: z.array(accountLimit).max(200).default([]),
    enabled: z
      .array(z.strictObject({ connectors: z.array(slug).min(1).max(200), for: subject.default('everybody') }))
      .max(200)
      .default([])
      .describe('Connectors that the workspace enables for people. They still read the notice before the first call'),
    editors: z
      .strictObject({ groups: z.array(groupName).max(50).default([]), people: z.array(idOf('usr')).max(200).default([]) })
      .nullable()
      .default(null)
      .describe('Who may change this policy beside operators. Null: the owners'),
  })
  .superRefine((policy, context) => {
    const ids = [...policy.rules, ...policy.accounts].map(({ id }) => id)
    for (const id of new Set(ids.filter((one, at) => ids.indexOf(one) !== at)))
      context.addIssue({ code: 'custom', path: ['rules'], message: `${id} stands twice.` })
  })
export type PolicyDocument = z.infer<typeof policyDocument>
export type PolicyDocumentInput = z.input<typeof policyDocument>
