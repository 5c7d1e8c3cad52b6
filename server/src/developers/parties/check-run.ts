import { canonicalJson, type DeveloperId, newId, sha256, type WorkspaceId } from '../../lib/index.ts'
import type { NewNotice } from '../../notices/index.ts'
import type { NewHold } from '../holds.ts'
import { type CheckCause, type Decided, type PartyCheck, undecided, verdictKey } from './check-store.ts'
import type { TableInForce } from './embargoes.ts'
import type { PartyList } from './list-store.ts'
import type { CheckAnswer, Match, Party } from './party.ts'
import type { PartyRules } from './party-rules.ts'

const MOST_MATCHES = 20

/** One comparison of an organisation and its declared owners. */
export type CheckRun = {
  readonly developer: DeveloperId
  readonly run: string
  readonly because: CheckCause
  readonly at: number
  /** When records that hold nobody are deleted. */
  readonly keptUntil: number
  readonly lists: readonly PartyList[]
  readonly territories: TableInForce
  readonly verdicts: ReadonlyMap<string, Decided>
}

export function digestOf(party: Party): string {
  return sha256(canonicalJson(party))
}

/** The record of what was found about one party. What a person said is somebody else is left out; what they said is the same is not asked again. */
export function checkOf(
  party: Party,
  found: readonly Match[],
  { developer, run, because, at, keptUntil, lists, territories, verdicts }: CheckRun,
): PartyCheck {
  const partySha256 = digestOf(party)
  const matches = onceEach(found.toSorted(byWeight))
    .map((match) => ({ ...match, ...(verdicts.get(verdictKey(partySha256, match.source, match.entry, match.entrySha256)) ?? undecided) }))
    .filter(({ verdict }) => verdict !== 'not-the-same')
    .slice(0, MOST_MATCHES)
  const isOpen = matches.some(({ verdict }) => verdict === null)
  return {
    id: newId('pck', at),
    developer,
    run,
    party: party.id,
    partySha256,
    because,
    answer: worstOf(matches),
    lists: [
      ...lists.map(({ source, sha256: digest, publishedOn, seenAt }) => ({ source, sha256: digest ?? '', publishedOn, seenAt })),
      { source: 'embargoes', sha256: territories.sha256, publishedOn: territories.date, seenAt: at },
    ],
    hold: null,
    at,
    expiresAt: isOpen ? null : keptUntil,
    settledAt: isOpen ? null : at,
    matches,
  }
}

/** Whether somebody has to look before the organisation goes on. */
export function isHeldFor({ matches }: PartyCheck): boolean {
  return matches.some(({ answer, verdict }) => answer === 'potential-match' && verdict === null)
}

export function holdFor(workspace: WorkspaceId, developer: DeveloperId, run: string, { jurisdiction, legalBasis }: PartyRules): NewHold {
  const facts = [
    'Your organisation or one of its declared owners has a name and a second fact in common with an entry of a list or table that the operator compares with.',
    `This is done under: ${jurisdiction}. Basis: ${legalBasis}. It says that there may be something to look at, and nothing else; a person looks at it and decides.`,
  ]
  return { workspace, developer, cause: 'party-check', check: run, facts: facts.join(' '), by: 'system' }
}

export function reviewNotice(workspace: WorkspaceId, developer: DeveloperId, run: string): NewNotice {
  return {
    workspace,
    to: { kind: 'operator' },
    kind: 'developers.party-review',
    clause: '7c-export',
    legal: false,
    connector: null,
    subject: run,
    title: 'A name is like one on a list',
    body: `Organisation ${developer} or one of its declared owners has a name that is like one on a list. Nothing is held because of it. Look when you can.`,
  }
}

function worstOf(matches: readonly Match[]): CheckAnswer {
  if (matches.some(({ answer }) => answer === 'potential-match')) return 'potential-match'
  return matches.length > 0 ? 'review' : 'no-list-match'
}

function byWeight(a: Match, b: Match): number {
  const weight = ({ answer, score }: Match) => (answer === 'potential-match' ? 1 : 0) + score
  return weight(b) - weight(a)
}

/** A table may name a territory for two times that overlap. */
function onceEach(matches: readonly Match[]): readonly Match[] {
  return [...new Map(matches.toReversed().map((match) => [`${match.source} ${match.entry}`, match])).values()].reverse()
}
