import { createHash } from 'node:crypto'
import { escapeHtml } from './markdown.ts'

/** Markup that was made here; anything else that is put into a page is text. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Part = Html | string | number | null | readonly Html[]

/** Makes markup of a template. What is put in is escaped, unless it is markup already. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((made, text, at) => made + text + (at < parts.length ? put(parts[at] ?? null) : ''), ''))
}

function put(part: Part): string {
  if (part === null) return ''
  if (part instanceof Html) return part.text
  if (typeof part === 'object') return part.map(({ text }) => text).join('\n')
  return escapeHtml(String(part))
}

const style = `
:root { color-scheme: light dark; --ink: #1b1b1b; --soft: #5a5a5a; --line: #cfcfcf; --paper: #fff; --new: #d9f2df; --gone: #fbdcdc; --link: #0b57a4 }
@media (prefers-color-scheme: dark) { :root { --ink: #ececec; --soft: #adadad; --line: #4a4a4a; --paper: #161616; --new: #17402a; --gone: #5a2323; --link: #8dbdf5 } }
body { margin: 0 auto; max-width: 46rem; padding: 1.5rem; font: 1rem/1.6 system-ui, sans-serif; color: var(--ink); background: var(--paper); overflow-wrap: anywhere }
h1, h2, h3 { line-height: 1.25 }
a { color: var(--link) }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem .4rem 0; border-bottom: 1px solid var(--line) }
code { font-size: .85em }
td code { white-space: nowrap }
.differs .heading { font-weight: bold; font-size: 1.15rem }
@media screen and (max-width: 40rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  tr, td { display: block }
  tr { padding: .6rem 0; border-bottom: 1px solid var(--line) }
  td { padding: 0; border: 0 }
  td code { white-space: normal }
  td[data-label]::before { content: attr(data-label) ': '; color: var(--soft) }
  .facts dt { float: none; width: auto }
  .facts dd { margin: 0 0 .4rem }
}
.facts { color: var(--soft); font-size: .9rem; border-bottom: 1px solid var(--line); padding-bottom: .5rem }
.facts dt { float: left; clear: left; width: 9rem }
.facts dd { margin-left: 9.5rem }
ins { background: var(--new); text-decoration: underline }
del { background: var(--gone); text-decoration: line-through }
pre { white-space: pre-wrap; font-size: .8rem }
@media print {
  :root { --ink: #000; --soft: #333; --line: #999; --paper: #fff; --new: #fff; --gone: #fff; --link: #000 }
  body { max-width: none; padding: 0; font: 10.5pt/1.45 Georgia, serif }
  nav { display: none }
  h1, h2, h3 { break-after: avoid }
  p, li { orphans: 3; widows: 3 }
  article, tr { break-inside: auto }
  @page { margin: 2cm }
}
`

/** Nothing but this style sheet is loaded or run, and nobody may put the page into a frame. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** A whole page. It has no script and asks for nothing else, so it stays as it is when it is saved or printed. */
export function page(language: string, title: string, body: Html): string {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`.text
}

/** Facts about what a page shows, above it. */
export function facts(list: readonly (readonly [string, string | Html | null])[]): Html {
  const rows = list.filter(([, value]) => value !== null).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)
  return html`<dl class="facts">${rows}</dl>`
}

/** A table. Where the screen is narrow its rows become lists, with the name of each column beside what stands in it. */
export function table(columns: readonly string[], rows: readonly (readonly (string | Html)[])[]): Html {
  const cells = (row: readonly (string | Html)[]) => row.map((value, at) => html`<td data-label="${columns[at] ?? ''}">${value}</td>`)
  return html`<table><thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>`)}</tbody></table>`
}
