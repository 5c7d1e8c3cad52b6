import { clauses, groundOf } from '@handfast/contract'
import { shownTime } from '../lib/index.ts'
import type { Decision } from './decision.ts'
import type { Place } from './place.ts'
import { statementOf } from './statement.ts'

/** One line, and plain text under it. */
export type Words = { readonly title: string; readonly body: string }

/** The statement of reasons as whoever is decided against reads it. */
export function reasonsInWords(decision: Decision): string {
  const statement = statementOf(decision)
  if (statement === null) return ''
  const { facts, ground, clause, scope, redress } = statement
  const what = scope.name === null ? `the whole ${scope.of}` : `${scope.of} "${scope.name}"`
  return [
    `What happened: ${facts === '' ? '(nothing was said)' : facts}`,
    `Why: ${groundOf(ground).says} (ground "${ground}", clause ${clause}: ${clauses[clause]}).`,
    `What it touches: ${what}.`,
    `For how long: ${decision.until === null ? 'until somebody decides otherwise' : `until ${shownTime(decision.until)}`}.`,
    redress === null
      ? 'What you can do: whoever decided this can take it back.'
      : `What you can do: ${redress.how} Until ${shownTime(decision.redress?.until ?? 0)}.`,
    `Decision ${decision.id}, written down at ${shownTime(decision.at)}, as ${decision.decidedAs.join(' and ')}.`,
  ].join('\n\n')
}

const paragraphs = (...parts: readonly string[]) => parts.filter((part) => part !== '').join('\n\n')
const named = ({ name, slug }: Place) => `${name} (${slug})`

/** For whoever is decided against, and the other side of the agreement. */
export function steeringWords(place: Place, decision: Decision): Words {
  const { kind, tool } = decision
  const what = tool === null ? named(place) : `the tool "${tool}" of ${named(place)}`
  const said: Readonly<Partial<Record<Decision['kind'], readonly [string, string]>>> = {
    suspend: [`${place.name} is suspended`, `All calls to ${what} are stopped, from now on.`],
    reinstate: [`${place.name} goes on`, `Calls to ${what} are allowed again.`],
    pause: [`${tool ?? place.name} is paused`, `Calls to ${what} are paused, from now on.`],
    resume: [`${tool ?? place.name} goes on`, `Calls to ${what} are allowed again.`],
    'refuse-listing': [
      `${place.name} is not listed`,
      `New people do not find ${what} any more. Whoever has it enabled keeps it, and no further release goes live.`,
    ],
    'allow-listing': [`${place.name} may be listed`, `New people find ${what} again once it is live.`],
    remove: [
      `${place.name} was removed`,
      `${named(place)} was removed for good. The agreement about it is another matter: it goes on until it is ended.`,
    ],
  }
  const [title, head] = said[kind] ?? [`A decision about ${place.name}`, `A decision was made about ${what}.`]
  return { title, body: paragraphs(head, reasonsInWords(decision)) }
}

/** More tools than that are counted and not named. */
const MOST_NAMED = 50

/** Several tools of one connector, stopped or let go on at once for the same ground. */
export function toolsWords(place: Place, decisions: readonly Decision[], first: Decision): Words {
  const paused = first.kind === 'pause'
  const named_ = decisions.slice(0, MOST_NAMED).map(({ tool, reason, id }) => `- "${tool}": ${reason} (decision ${id})`)
  const rest = decisions.length - named_.length
  return {
    title: `${decisions.length} tools of ${place.name} ${paused ? 'are paused' : 'go on'}`,
    body: paragraphs(
      paused ? `Calls to these tools of ${named(place)} are paused, from now on:` : `Calls to these tools of ${named(place)} are allowed again:`,
      [...named_, ...(rest > 0 ? [`- and ${rest} more, which the console names`] : [])].join('\n'),
      'What follows is the statement of reasons for the first; the others differ in their tool only.',
      reasonsInWords(first),
    ),
  }
}

/** For the other side, when somebody ends the agreement with notice. */
export function noticeWords(place: Place, decision: Decision, endsAt: number): Words {
  return {
    title: `The agreement about ${place.name} ends on ${shownTime(endsAt)}`,
    body: paragraphs(
      `Notice was given for the agreement about ${named(place)}. It ends at ${shownTime(endsAt)}, which is at least 30 times 24 hours from now.`,
      'Calls work until that minute and not after it. Whoever gave the notice can ask to take it back; it is taken back when the other side agrees before then.',
      reasonsInWords(decision),
    ),
  }
}

export function withdrawalWords(place: Place, kind: 'ask-withdrawal' | 'agree-withdrawal', endsAt: number): Words {
  return kind === 'ask-withdrawal'
    ? {
        title: `Shall the agreement about ${place.name} go on?`,
        body: `Whoever gave notice for the agreement about ${named(place)} asks to take it back. It goes on if you agree before ${shownTime(endsAt)}; otherwise it ends then.`,
      }
    : { title: `The agreement about ${place.name} goes on`, body: `The notice for the agreement about ${named(place)} was taken back by both sides.` }
}

/** For both sides, when the agreement has ended. */
export function endWords(place: Place, because: Decision, endedAt: number): Words {
  return {
    title: `The agreement about ${place.name} has ended`,
    body: paragraphs(
      `The agreement about ${named(place)} ended at ${shownTime(endedAt)}. Nothing of it can be called any more.`,
      'Some clauses live on, and some data is deleted by a date: both stand in the agreement, which you can still read.',
      reasonsInWords(because),
    ),
  }
}

/** For users who have it enabled: in short, and without what is between the two sides. */
export const userWords = {
  ending: (place: Place, endsAt: number): Words => ({
    title: `${place.name} ends on ${shownTime(endsAt)}`,
    body: `${named(place)} can be called until ${shownTime(endsAt)} and not after that. What it was sent and what it answered stays in your history. Your accounts and keys for it are destroyed then; you can export your data before.`,
  }),
  goesOn: (place: Place): Words => ({
    title: `${place.name} goes on`,
    body: `${named(place)} goes on: what you were told about its stop or its end does not hold any more.`,
  }),
  gone: (place: Place): Words => ({
    title: `${place.name} is gone`,
    body: `${named(place)} cannot be called any more, for good. What it was sent and what it answered stays in your history until you erase it or it expires. Your accounts and keys for it are destroyed.`,
  }),
  suspended: (place: Place): Words => ({
    title: `${place.name} is suspended`,
    body: `Calls to ${named(place)} have been stopped for more than a day. You need not do anything; you hear of it when it goes on or is removed.`,
  }),
}

/** For the operator: what may not be told has to be looked at again. */
export function lookAgainWords(place: Place, decision: Decision): Words {
  return {
    title: `May the reason for a decision about ${place.name} be told now?`,
    body: paragraphs(
      `Decision ${decision.id} about ${named(place)} was not explained to its developer because a law forbade it. The date has come to look at that again.`,
      'Say whether it may be told now: handfast connector look-again, or POST /api/v1/decisions/{id}/look-again.',
    ),
  }
}
