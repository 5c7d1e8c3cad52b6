import type { Json } from '../lib/index.ts'
import type { ChangeClass } from './change.ts'
import { acceptedDocuments } from './kept-shapes.ts'

/** An entry of the ledger, parsed, in the order of the ledger. */
export type TermsEntry = {
  readonly event: string
  readonly subject: string
  readonly at: number
  readonly facts: Readonly<Record<string, Json | undefined>>
}

type Settled = { readonly document: string; readonly sha256: string }
export type RebuiltEdition = Settled & { readonly label: string; readonly effectiveAt: number; readonly withdrawnAt: number | null }
export type RebuiltChange = Settled & {
  readonly class: ChangeClass | null
  readonly postedAt: number | null
  readonly effectiveAt: number | null
  readonly withdrawnAt: number | null
}
export type RebuiltAcceptance = {
  readonly developer: string
  readonly at: number
  readonly documents: readonly (Settled & { readonly edition: string })[]
}
export type RebuiltDeemed = Settled & { readonly connector: string; readonly change: string; readonly servedAt: number; readonly dueAt: number }
export type RebuiltAmendment = {
  readonly developer: string
  readonly connector: string | null
  readonly sha256: string
  readonly signedAt: number | null
  readonly withdrawnAt: number | null
}

/** All that the terms room knows, by the ids of the things. It can be told from the ledger alone. */
export type TermsState = {
  readonly editions: Readonly<Record<string, RebuiltEdition>>
  readonly changes: Readonly<Record<string, RebuiltChange>>
  readonly acceptances: Readonly<Record<string, RebuiltAcceptance>>
  readonly deemed: Readonly<Record<string, RebuiltDeemed>>
  readonly choices: Readonly<Record<string, { readonly connector: string; readonly change: string; readonly choice: string }>>
  readonly amendments: Readonly<Record<string, RebuiltAmendment>>
}

/** What stands, told from entries of the ledger alone; entries of other rooms are passed over. */
export function fromEntries(entries: Iterable<TermsEntry>): TermsState {
  const editions: Record<string, RebuiltEdition> = {}
  const changes: Record<string, RebuiltChange> = {}
  const acceptances: Record<string, RebuiltAcceptance> = {}
  const deemed: Record<string, RebuiltDeemed> = {}
  const choices: Record<string, { connector: string; change: string; choice: string }> = {}
  const amendments: Record<string, RebuiltAmendment> = {}
  for (const { event, subject, at, facts } of entries) {
    const text = (name: string) => String(facts[name])
    const time = (name: string) => Number(facts[name])
    const words = { document: text('document'), sha256: text('sha256') }
    const change = changes[subject]
    const amendment = amendments[subject]
    switch (event) {
      case 'edition.published':
        editions[subject] = { ...words, label: text('label'), effectiveAt: at, withdrawnAt: null }
        break
      case 'change.drafted':
        changes[subject] = { ...words, class: null, postedAt: null, effectiveAt: null, withdrawnAt: null }
        break
      case 'change.posted':
        changes[subject] = { ...words, class: text('class') as ChangeClass, postedAt: at, effectiveAt: time('effectiveAt'), withdrawnAt: null }
        editions[text('edition')] = { ...words, label: text('label'), effectiveAt: time('effectiveAt'), withdrawnAt: null }
        break
      case 'change.withdrawn': {
        if (change !== undefined) changes[subject] = { ...change, withdrawnAt: at }
        const edition = typeof facts['edition'] === 'string' ? editions[facts['edition']] : undefined
        if (edition !== undefined) editions[text('edition')] = { ...edition, withdrawnAt: at }
        break
      }
      case 'terms.accepted':
        acceptances[subject] = { developer: text('developer'), at, documents: acceptedDocuments.parse(facts['documents']) }
        break
      case 'terms.deemed':
        deemed[subject] = { ...words, connector: text('connector'), change: text('change'), servedAt: time('servedAt'), dueAt: time('dueAt') }
        break
      case 'terms.chosen':
        choices[subject] = { connector: text('connector'), change: text('change'), choice: text('choice') }
        break
      case 'amendment.proposed':
        amendments[subject] = {
          developer: text('developer'),
          connector: facts['connector'] === null || facts['connector'] === undefined ? null : text('connector'),
          sha256: words.sha256,
          signedAt: null,
          withdrawnAt: null,
        }
        break
      case 'amendment.signed':
        if (amendment !== undefined) amendments[subject] = { ...amendment, signedAt: at }
        break
      case 'amendment.withdrawn':
        if (amendment !== undefined) amendments[subject] = { ...amendment, withdrawnAt: at }
        break
    }
  }
  return { editions, changes, acceptances, deemed, choices, amendments }
}
