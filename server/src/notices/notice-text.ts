/** More than any notice needs, and little enough to read and to compare. */
export const MOST_CHARACTERS = 100_000

/** What a page shows around its text, or not at all. */
const UNSEEN = new Set(['script', 'style', 'noscript', 'template', 'head', 'title', 'svg', 'iframe', 'object', 'select', 'button', 'form', 'nav'])
/** They stand in lines of their own. */
const BLOCKS = new Set([
  ...['address', 'article', 'aside', 'blockquote', 'caption', 'dd', 'details', 'div', 'dl', 'dt', 'fieldset', 'figure', 'footer', 'header', 'hr'],
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'li', 'main', 'ol', 'p', 'pre', 'section', 'summary', 'table', 'tbody', 'tr', 'ul'],
])

/** More elements inside each other than any page has. Each costs the parser as much as all around it. */
const DEEPEST = 500
/** Read at once; other work gets its turn in between. */
const PIECE = 16_384
/** Words and breaks that are taken in before it is too long for sure. */
const MOST_PARTS = 4 * MOST_CHARACTERS

/** The page is no text that anybody could read. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError'
}

/**
 * The words of a page, block by block. Markup, scripts and what is hidden are no words; where a link leads is not told apart from its text.
 * @throws UnreadableError
 */
export async function textOfHtml(html: string): Promise<string> {
  const parts: string[] = []
  let unseen = 0
  let depth = 0
  let length = 0
  const add = (text: string): void => {
    // One break is as good as many.
    if (text.startsWith('\n') && parts.at(-1) === text) return
    parts.push(text)
    length += text.length
    if (length > MOST_PARTS) throw new UnreadableError('it is too long.')
  }
  const { Parser } = await import('htmlparser2')
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (++depth > DEEPEST) throw new UnreadableError('its page nests too deeply.')
        if (unseen > 0 || UNSEEN.has(name) || 'hidden' in attributes || attributes['aria-hidden'] === 'true') unseen++
        else if (name === 'br') add('\n')
        else if (BLOCKS.has(name)) add(name === 'li' ? '\n- ' : '\n\n')
        else if (name === 'td' || name === 'th') add(' ')
      },
      ontext(text) {
        if (unseen === 0) add(text.replaceAll(/\s+/g, ' '))
      },
      onclosetag(name) {
        depth--
        if (unseen > 0) unseen--
        else if (BLOCKS.has(name)) add(name === 'li' ? '\n' : '\n\n')
      },
    },
    { decodeEntities: true, lowerCaseTags: true },
  )
  for (let at = 0; at < html.length; at += PIECE) {
    parser.write(html.slice(at, at + PIECE))
    await new Promise((resolve) => setImmediate(resolve))
  }
  parser.end()
  return parts.join('')
}

/**
 * The text in one form, so that its digest changes with its words and not with its line ends, its spaces or characters that nobody sees.
 * Applying it again changes nothing.
 */
export function normalNotice(text: string): string {
  return (
    text
      .replaceAll(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
      .replaceAll(/[\u00a0\u2000-\u200a\u202f\u205f\u3000\t\v\f]/g, ' ')
      // Between letters of scripts that join, these two make a difference that is seen.
      .replaceAll(/(?<![^\0-\x7f])[\u200c\u200d]/g, '')
      .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, (character) => (/[\n\u200c\u200d]/.test(character) ? character : ''))
      .normalize('NFC')
      .split('\n')
      .map((line) => line.replaceAll(/ {2,}/g, ' ').trim())
      .join('\n')
      .replaceAll(/\n{3,}/g, '\n\n')
      .trim()
  )
}
