import { z } from 'zod'
import { policyDocument } from '../policy.ts'
import { effectWord } from './directory.ts'
import { levelWord, needView } from './need.ts'
import { countedUp, idOf, pageQuery, time } from './page.ts'
import { workspaceInPath } from './workspaces.ts'

const person = z.object({ id: idOf('usr'), name: z.string() })
const note = z.string().trim().max(500).default('').describe('Why, for whoever reads the versions later')
const basedOn = z.int().min(0).describe('The version that was changed; another one in force by now refuses the change')

/** A version of a workspace's rules without its content. Version 0: nobody wrote any. */
export const policyVersion = z.object({ version: z.int(), sha256: z.string(), note: z.string(), by: person.nullable(), at: time.nullable() })
export type PolicyVersion = z.infer<typeof policyVersion>

export const policyView = policyVersion.extend({
  policy: policyDocument,
  /** What is odd about it and not wrong: names of connectors and tools that there are not, questions that nobody can answer. */
  warnings: z.array(z.object({ pointer: z.string(), message: z.string() })).readonly(),
})
export type PolicyView = z.infer<typeof policyView>

export const changePolicy = workspaceInPath.extend({ policy: policyDocument, basedOn, note })
export const restorePolicy = workspaceInPath.extend({ version: countedUp(0), basedOn, note })
export const acceptTools = workspaceInPath.extend({ basedOn, note })
export const policyVersionsQuery = pageQuery.extend(workspaceInPath.shape)
export const policyVersionInPath = workspaceInPath.extend({ version: countedUp(0) })

export const simulate = z.strictObject({
  user: idOf('usr').optional().describe('Whose call; absent: yours. Of others only for owners of their workspace and operators'),
  assistant: idOf('ast').optional().describe('Absent: rules about assistants may or may not hold'),
  connector: z.string().max(40).describe('Short name'),
  tool: z.string().max(128).describe("The connector's own name for it"),
  arguments: z.record(z.string(), z.json()).optional().describe('Absent: rules with conditions may or may not hold'),
  draft: policyDocument.optional().describe('Rules to judge by instead of those in force'),
})
export type Simulate = z.infer<typeof simulate>

const answer = z.enum(['yes', 'no', 'perhaps'])

/** Would this call be allowed, and why. */
export const simulation = z.object({
  /** `depends`: not known without the arguments or the assistant. */
  verdict: z.enum(['allowed', 'asks', 'denied', 'depends']),
  /** The same in one sentence. */
  sentence: z.string(),
  decidedBy: z.object({ level: levelWord, rule: z.string().nullable(), version: z.int().nullable() }),
  /** The version of the rules that were asked; null for a draft. */
  version: z.int().nullable(),
  asks: z.array(needView).readonly(),
  /** Rules about this person and this tool, those that outrank others first. */
  rules: z
    .array(
      z.object({
        id: z.string(),
        verb: z.enum(['allow', 'ask', 'deny']),
        because: z.string(),
        /** Whether its conditions hold for this call. */
        matches: answer,
        /** What is left of it after the rules that override it. */
        counts: answer,
        overriddenBy: z.array(z.string()).readonly(),
      }),
    )
    .readonly(),
  /** What each level says, the highest first. */
  levels: z.array(z.object({ level: levelWord, says: z.string(), outrankedBy: levelWord.nullable() })).readonly(),
  /** What else has to be so before such a call is sent. */
  checks: z.array(z.object({ check: z.enum(['live', 'enabled', 'arguments']), ok: z.boolean(), message: z.string() })).readonly(),
  tool: z.object({ name: z.string(), effect: effectWord, isNew: z.boolean() }),
})
export type Simulation = z.infer<typeof simulation>

export const replay = z.strictObject({
  draft: policyDocument,
  workspace: idOf('wsp').optional().describe('Look at the calls of all its people, without their contents; absent: at your own, with contents'),
  limit: z.int().min(1).max(500).default(100).describe('How many of the latest calls'),
})
export type Replay = z.infer<typeof replay>

const verdictWord = z.enum(['allowed', 'asks', 'denied', 'depends'])
/** What a draft would have changed. Calls of others are told by connector and tool only. */
export const replayed = z.object({
  looked: z.int(),
  /** Calls of connectors or tools that there are no more. */
  skipped: z.int(),
  same: z.int(),
  changed: z
    .array(
      z.object({
        connector: z.string(),
        tool: z.string(),
        was: verdictWord,
        would: verdictWord,
        rule: z.string().nullable(),
        calls: z.int(),
        /** Your own calls among them, newest first. */
        examples: z.array(idOf('call')).readonly(),
      }),
    )
    .readonly(),
})
export type Replayed = z.infer<typeof replayed>

/** What the rules of the workspace mean for whoever asks. */
export const myPolicy = z.object({
  workspace: z.object({ id: idOf('wsp'), name: z.string() }),
  owner: z.boolean(),
  mayEdit: z.boolean(),
  groups: z.array(z.string()).readonly(),
  version: z.int(),
  /** What they keep from the person's lists, with the rule and its reason. No tool: the whole connector. */
  hidden: z
    .array(
      z.object({ connector: z.object({ slug: z.string(), name: z.string() }), tool: z.string().nullable(), rule: z.string(), because: z.string() }),
    )
    .readonly(),
  /** Connectors that the workspace enabled and whose notice the person has not read. */
  unread: z.array(z.object({ slug: z.string(), name: z.string() })).readonly(),
})
export type MyPolicy = z.infer<typeof myPolicy>
