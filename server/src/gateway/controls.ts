import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const controls: readonly Control[] = [
  {
    id: 'gateway/protocol',
    clauses: ['1-protocol'],
    does: 'A tool is called over the Model Context Protocol, in each revision that is spoken here, or by plain HTTP; all of them walk through the same stages.',
    evidence: 'call.intended with the protocol and its version',
  },
  {
    id: 'gateway/intent',
    clauses: ['2a-use'],
    does: 'Nothing leaves before the intent to send it is durable; a call has one intent and one outcome, and is sent once.',
    evidence: 'call.intended, then call.answered, call.failed, call.cancelled or call.unknown',
  },
  {
    id: 'gateway/basis',
    clauses: ['2b-basis'],
    does: "Each call says on what basis the person's data is processed.",
    evidence: 'the field `basis` of call.intended',
  },
  {
    id: 'gateway/declared-arguments',
    clauses: ['2b-minimum'],
    does: 'Arguments are checked against the reviewed schema, and the text that was checked is what is sent; nothing about the person is added.',
    evidence: 'call.refused with gateway/invalid-arguments; what was sent, in the history of the person',
  },
  {
    id: 'gateway/reviewed-tools',
    clauses: ['2a-unmodified'],
    does: 'Tools reach assistants as they were reviewed, with nothing but the short name of the connector before theirs.',
    evidence: 'the digest of the release, named by each call',
  },
  {
    id: 'gateway/names-apart',
    clauses: ['2e-v'],
    does: 'No connector can take the name of a tool of another one, whatever its tools are called.',
    evidence: 'the names in the list of tools; the connector on each call',
  },
  {
    id: 'gateway/commitment',
    clauses: ['2b-minimum', '2c-license'],
    does: 'The ledger holds salted commitments of arguments and answers, never the contents.',
    evidence: 'the commitments in call.intended and call.answered',
  },
]
