import { DAY, type WorkspaceId } from '../lib/index.ts'
import type { NewNotice } from '../notices/index.ts'
import type { ChangeClass } from './change.ts'
import type { Change } from './change-store.ts'
import type { EditionRow } from './edition.ts'

const classWords: Readonly<Record<ChangeClass, string>> = {
  material: 'a material change',
  'required-by-law': 'a change that the law requires',
  other: 'a change that is neither material nor required by law',
}

/** A moment as people read it, with its zone said. */
export function moment(ms: number, timeZone = 'UTC'): string {
  const parts = {
    weekday: 'long',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  } as const
  return new Intl.DateTimeFormat('en-GB', { ...parts, hourCycle: 'h23', timeZone }).format(ms)
}

/** What developers are told of a change that was posted. */
export function changeNotice(
  workspace: WorkspaceId,
  change: Change,
  base: Pick<EditionRow, 'label'> | undefined,
  page: (path: string) => string,
): Omit<NewNotice, 'to'> {
  const { document, text, label, class: changeClass, effectiveAt, justification } = change
  const address = page(`/terms/${document}/${label ?? ''}`)
  const when = moment(effectiveAt ?? 0)
  const lines = [
    `There is a new edition of "${text.title}" (${document}), ${label ?? ''}. It is ${classWords[changeClass ?? 'other']}.`,
    `Why it is of this kind: ${justification ?? ''}`,
    changeClass === 'material'
      ? `It takes effect for a connector on ${when}, and not before ${15 * (DAY / 3_600_000)} hours (15 days of 24 hours) have passed since this notice was served on you.`
      : `It takes effect on ${when}, for you as soon as this notice is served on you.`,
    `Read it: ${address}`,
    ...(base === undefined ? [] : [`What differs from the edition that is in force now: ${address}/diff/${base.label}`]),
    'A connector that is still available when the change takes effect counts as agreeing to it. If you do not agree, give notice of the end of your agreement before that (section 5); until the end the edition that you have goes on binding.',
    `Digest of the new edition (SHA-256): ${text.sha256}`,
  ]
  return {
    workspace,
    kind: 'terms.changed',
    clause: '7a-changes',
    legal: true,
    connector: null,
    subject: change.id,
    title: `The terms change: ${text.title}, edition ${label ?? ''}`,
    body: lines.join('\n\n'),
  }
}

/** What developers are told of a change that will not come. Its subject is another one: that it was served says nothing about the change. */
export function withdrawalNotice(workspace: WorkspaceId, change: Change, because: string, page: (path: string) => string): Omit<NewNotice, 'to'> {
  const lines = [
    `The change of "${change.text.title}" (${change.document}), edition ${change.label ?? ''}, was withdrawn before it took effect. The edition that is in force stays in force.`,
    `Why: ${because}`,
    `The documents: ${page('/terms')}`,
  ]
  return {
    workspace,
    kind: 'terms.change-withdrawn',
    clause: '7a-changes',
    legal: true,
    connector: null,
    subject: `${change.id}/withdrawn`,
    title: `The terms do not change: ${change.text.title}, edition ${change.label ?? ''}`,
    body: lines.join('\n\n'),
  }
}

/** What the operator is told of developers whom the notice of a change has not reached. */
export function unservedNotice(workspace: WorkspaceId, change: Change, developers: readonly string[]): NewNotice {
  const shown = developers.slice(0, 100)
  const more = developers.length > shown.length ? [`and ${developers.length - shown.length} more`] : []
  const lines = [
    `The change of "${change.text.title}", edition ${change.label ?? ''}, took effect on ${moment(change.effectiveAt ?? 0)}. Its notice has not been served on these developers:`,
    [...shown, ...more].join('\n'),
    'For their connectors the older edition goes on binding. Find an address that works, or send the notice by post and record when it was handed over; the change binds them from its time, counted from when it is served.',
  ]
  return {
    workspace,
    to: { kind: 'operator' },
    kind: 'terms.unserved',
    clause: '7a-changes',
    legal: false,
    connector: null,
    subject: `${change.id}/unserved`,
    title: `Not served: ${developers.length === 1 ? 'one developer' : `${developers.length} developers`} for the change of ${change.text.title}`,
    body: lines.join('\n\n'),
  }
}

/** What the operator is told where changed settings or a changed pack make other words than those that people agreed to. */
export function draftedNotice(workspace: WorkspaceId, changes: readonly { readonly id: string; readonly document: string }[]): NewNotice {
  const list = changes.map(({ id, document }) => `${document}: ${id}`)
  const lines = [
    'The pack of terms or the settings of the operator make other words than those in force, and developers have agreed to those. They were kept as drafts:',
    list.join('\n'),
    'Look at the difference, say of which kind the change is and why, and post it, or withdraw the draft: handfast terms change.',
  ]
  return {
    workspace,
    to: { kind: 'operator' },
    kind: 'terms.drafted',
    clause: '7a-changes',
    legal: false,
    connector: null,
    subject: changes[0]?.id ?? 'terms',
    title: 'The words of the terms were changed and wait to be posted',
    body: lines.join('\n\n'),
  }
}
