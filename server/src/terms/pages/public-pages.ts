import { type ChangeState, changeState } from '../change.ts'
import { moment } from '../change-notice.ts'
import type { ChangeRow } from '../change-store.ts'
import { compareTexts } from '../compare-texts.ts'
import { bundleInForce, type EditionRow, type EditionText, isNewer } from '../edition.ts'
import { facts, Html, html, page, table } from './layout.ts'

/** What the pages are made of. */
export type Posted = { readonly name: string; readonly editions: readonly EditionRow[]; readonly changes: readonly ChangeRow[]; readonly now: number }

const pathOf = ({ document, label }: Pick<EditionRow, 'document' | 'label'>) => `/terms/${document}/${encodeURIComponent(label)}`

/** The documents in force, what is to come, and every edition before. */
export function bundlePage({ name, editions, now }: Posted): string {
  const current = bundleInForce(editions, now)
  const language = current[0]?.language ?? 'en'
  const rows = current.map((edition) => [
    html`<a href="${pathOf(edition)}">${edition.title}</a>`,
    html`<code>${edition.label}</code>`,
    moment(edition.effectiveAt),
    html`<code>${edition.sha256.slice(0, 16)}…</code>`,
  ])
  const toCome = editions.filter((edition) => edition.withdrawnAt === null && edition.effectiveAt > now)
  const coming =
    toCome.length === 0
      ? html`<p>No change has been announced.</p>`
      : html`<ul>${toCome.map((edition) => html`<li><a href="${pathOf(edition)}">${edition.title}, ${edition.label}</a>: from ${moment(edition.effectiveAt)}. ${differenceLink(edition, current)}</li>`)}</ul>`
  const earlier = html`<p><a href="/terms/changes">All changes, with their reasons</a></p>`
  return page(
    language,
    `Documents in force: ${name}`,
    html`<h1>Documents for publishers of connectors on ${name}</h1>
<p>This is what is in force, as of ${moment(now)}. What developers accepted, and when, stands on their receipts.</p>
${table(['Document', 'Edition', 'In force since', 'SHA-256'], rows)}
<h2>To come</h2>
${coming}
${earlier}`,
  )
}

function differenceLink(edition: EditionRow, current: readonly EditionRow[]): Html {
  const base = current.find(({ document }) => document === edition.document)
  return base === undefined ? html`A new document.` : html`<a href="${pathOf(edition)}/diff/${encodeURIComponent(base.label)}">What differs</a>`
}

/** An edition in one of its languages, its words as markup. */
export type ShownText = Omit<EditionText, 'body'> & { readonly words: Html }

/** One edition, whole. @param shown its words in the language that was asked for */
export function editionPage({ name, editions, now }: Posted, edition: EditionRow, shown: ShownText, languages: readonly string[]): string {
  const current = bundleInForce(editions, now).find(({ document }) => document === edition.document)
  const older = editions.filter((one) => one.document === edition.document && one.id !== edition.id && one.withdrawnAt === null)
  const before = older.filter((one) => isNewer(edition, one)).at(-1)
  const reading = languages.filter((language) => language !== shown.language)
  return page(
    shown.language,
    `${shown.title}, ${edition.label}: ${name}`,
    html`<nav><a href="/terms">All documents</a></nav>
${facts([
  ['Document', edition.document],
  ['Edition', edition.label],
  ['State', stateWords(edition, current, now)],
  ['In force from', moment(edition.effectiveAt)],
  ['Digest (SHA-256)', html`<code>${shown.sha256}</code>`],
  ['Language', shown.language === edition.language ? shown.language : `${shown.language}, to help readers; the words in ${edition.language} bind`],
  [
    'Also in',
    reading.length === 0
      ? null
      : html`${reading.map((language) => html`<a href="${pathOf(edition)}?language=${language}" hreflang="${language}">${language}</a> `)}`,
  ],
  [
    'Before it',
    before === undefined
      ? null
      : html`<a href="${pathOf(before)}">${before.label}</a> (<a href="${pathOf(edition)}/diff/${encodeURIComponent(before.label)}">what differs</a>)`,
  ],
])}
<article>
${shown.words}
</article>`,
  )
}

function stateWords(edition: EditionRow, current: EditionRow | undefined, now: number): string {
  if (edition.withdrawnAt !== null) return 'withdrawn before it came into force'
  if (edition.id === current?.id) return 'in force'
  return edition.effectiveAt > now ? 'announced, not in force yet' : 'replaced by a later edition'
}

/** What differs between two editions of a document. @param difference that, as markup */
export function differencePage({ name }: Posted, newer: EditionRow, older: EditionRow, difference: Html): string {
  return page(
    newer.language,
    `${newer.title}: ${older.label} and ${newer.label}: ${name}`,
    html`<nav><a href="${pathOf(newer)}">${newer.label}</a> · <a href="${pathOf(older)}">${older.label}</a> · <a href="/terms">All documents</a></nav>
<h1>${newer.title}: what differs</h1>
${facts([
  ['From', html`${older.label} <code>${older.sha256}</code>`],
  ['To', html`${newer.label} <code>${newer.sha256}</code>`],
  ['In force from', moment(newer.effectiveAt)],
])}
<article class="differs">${difference}</article>`,
  )
}

export function differenceHtml(older: string, newer: string): Html {
  const paragraphs = compareTexts(older, newer).map(({ pieces }) => {
    const parts = pieces.map(({ kind, text }) =>
      kind === 'new' ? html`<ins>${text}</ins>` : kind === 'gone' ? html`<del>${text}</del>` : html`${text}`,
    )
    const marked = new Html(parts.map(({ text }) => text).join(''))
    return pieces[0]?.text.startsWith('#') === true ? html`<p class="heading">${marked}</p>` : html`<p>${marked}</p>`
  })
  return html`${paragraphs}`
}

const words: Readonly<Record<ChangeState, string>> = {
  draft: 'draft',
  posted: 'announced',
  'in-force': 'in force',
  withdrawn: 'withdrawn',
}

/** Every change that was posted, newest first, with its class and reason. */
export function changesPage({ name, changes, editions, now }: Posted): string {
  const shown = changes.filter((change) => change.postedAt !== null)
  const items = shown.map((change) => {
    const edition = editions.find(({ id }) => id === change.edition)
    const base = editions.find(({ document, sha256 }) => document === change.document && sha256 === change.base)
    const link = edition === undefined ? html`${change.text.title}` : html`<a href="${pathOf(edition)}">${change.text.title}, ${edition.label}</a>`
    return html`<article><h2>${link}</h2>
${facts([
  ['State', words[changeState(change, now)]],
  ['Posted', moment(change.postedAt ?? 0)],
  ['Takes effect', change.effectiveAt === null ? null : moment(change.effectiveAt)],
  ['Class', change.class],
  ['Why of this class', change.justification],
  ['Withdrawn', change.withdrawnAt === null ? null : `${moment(change.withdrawnAt)}: ${change.withdrawnBecause ?? ''}`],
  [
    'What differs',
    edition === undefined || base === undefined
      ? null
      : html`<a href="${pathOf(edition)}/diff/${encodeURIComponent(base.label)}">from ${base.label}</a>`,
  ],
  ['Digest (SHA-256)', html`<code>${change.text.sha256}</code>`],
])}</article>`
  })
  return page(
    'en',
    `Changes of the documents: ${name}`,
    html`<nav><a href="/terms">All documents</a></nav>
<h1>Changes of the documents on ${name}</h1>
${items.length === 0 ? html`<p>Nothing was changed since the first editions.</p>` : html`${items}`}`,
  )
}

/** Every document by name, for a page that lists the editions of one. */
export function documentPage({ name, editions, now }: Posted, document: string): string {
  const own = editions.filter((edition) => edition.document === document).toReversed()
  const current = bundleInForce(editions, now).find((edition) => edition.document === document)
  const rows = own.map((edition) => [
    html`<a href="${pathOf(edition)}">${edition.label}</a>`,
    stateWords(edition, current, now),
    moment(edition.effectiveAt),
    html`<code>${edition.sha256.slice(0, 16)}…</code>`,
  ])
  const title = (current ?? own[0])?.title ?? document
  return page(
    (current ?? own[0])?.language ?? 'en',
    `${title}: ${name}`,
    html`<nav><a href="/terms">All documents</a></nav>
<h1>${title}: all editions</h1>
${table(['Edition', 'State', 'In force from', 'SHA-256'], rows)}`,
  )
}
