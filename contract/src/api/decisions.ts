import { z } from 'zod'
import type { ClauseId } from '../clauses.ts'
import { clauses } from '../clauses.ts'
import { type Ground, grounds } from '../grounds.ts'
import { idOf, time } from './page.ts'

/** What can be decided about a connector, its releases, its tools and its agreement. What stands today is computed from these and the clock. */
export const decisionKinds = [
  // a release goes through the review
  'submit',
  'approve',
  'reject',
  // a first yes, where it needs two
  'agree',
  'request-changes',
  'withdraw',
  // an appeal was right: it is looked at again
  'reopen',
  // calls stop and go on
  'suspend',
  'reinstate',
  // the same for one tool, or for all by whoever works on the connector
  'pause',
  'resume',
  // whether new people find it
  'refuse-listing',
  'allow-listing',
  // it is gone for good
  'remove',
  // the agreement ends
  'give-notice',
  'ask-withdrawal',
  'agree-withdrawal',
  'end',
  // what may not be told yet is looked at again
  'look-again',
  // somebody else decides once more
  'appeal',
  'grant-appeal',
  'deny-appeal',
  // it goes to another developer
  'transfer',
] as const
export const decisionKind = z.enum(decisionKinds)
export type DecisionKindWord = z.infer<typeof decisionKind>

/** In what role something was decided. `self-review`: whoever reviewed also stands behind the connector. `system`: a rule or the clock, no person. */
export const decidedAs = z.enum(['operator', 'developer', 'reviewer', 'self-review', 'system'])

export const groundCode = z.enum(Object.keys(grounds) as [Ground, ...Ground[]]).describe('Why, as a code of the fixed list')
const clauseId = z.enum(Object.keys(clauses) as [ClauseId, ...ClauseId[]])

/** What whoever is decided against is told, each time: what happened, why, what it touches, for how long, and what they can do. */
export const statementOfReasons = z.object({
  /** What happened and what was found, in words. */
  facts: z.string(),
  ground: groundCode,
  /** The clause of the terms that the decision rests on. */
  clause: clauseId,
  scope: z.object({
    of: z.enum(['connector', 'tool', 'release', 'agreement', 'listing', 'answer']),
    /** Of the tool or the release; null: the whole. */
    name: z.string().nullable(),
  }),
  /** When it ends by itself; null: it lasts until somebody decides otherwise. */
  until: time.nullable(),
  /** How to have somebody else look at it, and until when; null: whoever decided it can take it back themselves. */
  redress: z.object({ how: z.string(), until: time }).nullable(),
})
export type StatementOfReasons = z.infer<typeof statementOfReasons>

/** A decision in the log of a connector, as its developer's members, reviewers and operators see it. */
export const decision = z.object({
  id: idOf('dcn'),
  kind: decisionKind,
  release: idOf('rel').nullable(),
  tool: z.string().nullable(),
  reason: z.string(),
  decidedAs: z.array(decidedAs).readonly(),
  /** Who decided: a person, or `system`. */
  by: z.string(),
  at: time,
  /** When it takes effect; null: at once. */
  effectiveAt: time.nullable(),
  /** The decision that this one answers. */
  about: idOf('dcn').nullable(),
  /** Null where nobody was decided against. */
  statement: statementOfReasons.nullable(),
})
export type DecisionShown = z.infer<typeof decision>
