import type { JsonObject } from '../../lib/index.ts'
import { isObject } from '../../lib/index.ts'
import type { AgreementExport } from '../agreement.ts'
import { facts, Html, html, page, table } from './layout.ts'
import { renderMarkdown } from './markdown.ts'

/** The agreement as a page that prints well: what is in force, in its words, and after it everything that led there. */
export function agreementPage({ content, sha256 }: AgreementExport): string {
  const [connector, developer] = [object(content['connector']), object(content['developer'])]
  const bound = list(content['inForce'])
  const documents = list(content['documents'])
  const inForce = bound.map((one) => {
    const edition = documents.find(({ id }) => id === one['edition'])
    return html`<article>
${facts([
  ['Document', html`${text(one['document'])}, edition ${text(one['label'])}`],
  ['Binds since', text(one['since'])],
  ['How', one['how'] === 'deemed' ? html`by continued availability (change ${text(one['by'])})` : html`accepted (${text(one['by'])})`],
  ['Digest (SHA-256)', html`<code>${text(one['sha256'])}</code>`],
])}
${new Html(renderMarkdown(text(edition?.['body']), 2))}</article>`
  })
  const amendments = list(content['amendments']).filter((one) => one['signedAt'] !== null)
  return page(
    'en',
    `Agreement about ${text(connector['name'])}`,
    html`<h1>Agreement about the connector ${text(connector['name'])} (${text(connector['slug'])})</h1>
${facts([
  ['Developer', html`${text(developer['name'])}, ${text(developer['country'])} (${text(developer['id'])})`],
  ['As of', text(content['at'])],
  ['State', content['ended'] === true ? 'ended' : 'in force'],
  ['Digest of the export', html`<code>${sha256}</code>`],
])}
<p>The export as JSON holds the same, with every edition, receipt and notice in its exact words; each digest can be recomputed from it.</p>
<h2>Documents in force</h2>
${inForce.length === 0 ? html`<p>None.</p>` : html`${inForce}`}
<h2>Amendments for this developer</h2>
${
  amendments.length === 0
    ? html`<p>None.</p>`
    : html`${amendments.map(
        (one) =>
          html`<article><h3>${text(one['title'])}</h3>${facts([
            ['Signed', text(one['signedAt'])],
            ['Digest', html`<code>${text(one['sha256'])}</code>`],
          ])}${new Html(renderMarkdown(text(one['body']), 2))}</article>`,
      )}`
}
${section('Acceptances', content, 'acceptances', ['at', 'id', 'by', 'onBehalfOf', 'entity', 'receiptSha256'])}
${section('Accepted by continued availability', content, 'deemed', ['dueAt', 'document', 'change', 'servedAt', 'writtenDownAt'])}
${section('Choices about changes', content, 'choices', ['at', 'change', 'choice', 'by'])}
${section('Changes', content, 'changes', ['postedAt', 'document', 'label', 'class', 'state', 'effectiveAt'])}
${section('Decisions', content, 'decisions', ['at', 'kind', 'reason', 'effectiveAt'])}
${section('Notices', content, 'notices', ['at', 'to', 'title', 'sha256'])}`,
  )
}

function section(title: string, content: JsonObject, name: string, columns: readonly string[]): Html {
  const rows = list(content[name])
  if (rows.length === 0) return html`<h2>${title}</h2><p>None.</p>`
  return html`<h2>${title}</h2>
${table(
  columns,
  rows.map((row) => columns.map((column) => text(row[column]))),
)}`
}

function object(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}

function list(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.map(object) : []
}

function text(value: unknown): string {
  return value === null || value === undefined ? '' : String(value)
}
