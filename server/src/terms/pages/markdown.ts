/** What text becomes in a page: nothing in it can end an element or an attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')
}

/**
 * The plain Markdown of documents as HTML: headings, paragraphs, lists, bold, italics, code, links. Everything else stays text, markup of HTML included.
 * @param lowest what the first level of headings becomes, so that a page has one title
 */
export function renderMarkdown(text: string, lowest: 1 | 2 = 1): string {
  return blocksOf(text)
    .map((block) => renderBlock(block, lowest))
    .join('\n')
}

type Block = {
  readonly kind: 'heading' | 'paragraph' | 'ordered' | 'bulleted'
  readonly level: number
  readonly items: readonly string[]
  readonly start: number
}

const heading = /^(#{1,4}) +(.+?) *#*$/
const ordered = /^ {0,3}(\d{1,9})[.)] +(.*)$/
const bulleted = /^ {0,3}[-*+] +(.*)$/

function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = []
  let items: string[] = []
  let kind: Block['kind'] | null = null
  let start = 1
  const close = () => {
    if (kind !== null) blocks.push({ kind, level: 0, items, start })
    kind = null
    items = []
  }
  const open = (next: Block['kind'], item: string, from = 1) => {
    if (kind !== next || next === 'paragraph') {
      close()
      kind = next
      start = from
    }
    items.push(item)
  }
  for (const line of text.split(/\r?\n/)) {
    const title = heading.exec(line)
    const number = ordered.exec(line)
    const bullet = bulleted.exec(line)
    if (title !== null) {
      close()
      blocks.push({ kind: 'heading', level: title[1]?.length ?? 1, items: [title[2] ?? ''], start: 1 })
    } else if (line.trim() === '') close()
    else if (number !== null) open('ordered', number[2] ?? '', Number(number[1]))
    else if (bullet !== null) open('bulleted', bullet[1] ?? '')
    else if (kind === null) open('paragraph', line.trim())
    else items[items.length - 1] = `${items.at(-1) ?? ''} ${line.trim()}`
  }
  close()
  return blocks
}

function renderBlock({ kind, level, items, start }: Block, lowest: number): string {
  const first = inline(items[0] ?? '')
  if (kind === 'heading') {
    const name = `h${Math.min(6, level + lowest - 1)}`
    return `<${name}>${first}</${name}>`
  }
  if (kind === 'paragraph') return `<p>${first}</p>`
  const list = items.map((item) => `<li>${inline(item)}</li>`).join('\n')
  return kind === 'ordered' ? `<ol start="${start}">\n${list}\n</ol>` : `<ul>\n${list}\n</ul>`
}

const marks = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\((https?:\/\/[^\s)]+|mailto:[^\s)]+|\/[^\s)]*)\)/g

/** Marks inside a line. What stands between them is escaped piece by piece, so a mark is never taken out of an escape. */
function inline(text: string): string {
  let html = ''
  let at = 0
  for (const found of text.matchAll(marks)) {
    const [whole, code, bold, italic, label, address] = found
    html += escapeHtml(text.slice(at, found.index))
    if (code !== undefined) html += `<code>${escapeHtml(code)}</code>`
    else if (bold !== undefined) html += `<strong>${escapeHtml(bold)}</strong>`
    else if (italic !== undefined) html += `<em>${escapeHtml(italic)}</em>`
    else html += `<a href="${escapeHtml(address ?? '')}">${escapeHtml(label ?? '')}</a>`
    at = found.index + whole.length
  }
  return html + escapeHtml(text.slice(at))
}
