/** As long as a subject may be. */
const MOST_TITLE = 200
/** RFC 5321 section 4.5.3.1: 64 octets before the sign, 255 after it. */
const LONGEST_LOCAL = 64
const LONGEST_DOMAIN = 255

/**
 * Somebody's text as one line of a header: what could end the line, hide in it or turn it around becomes a space. The library encodes what is left, so
 * that nothing of it is read as another header (RFC 5322 section 2.2).
 */
export function headerText(text: string): string {
  const line = text
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\s]+/gu, ' ')
    .trim()
  return [...line].slice(0, MOST_TITLE).join('')
}

/**
 * Whether a text is one plain address that mail can go to. Quoted local parts, comments, routes, literals and lists are not: nobody who publishes here
 * needs them, and each of them is a way to say more than one address.
 */
export function isMailAddress(text: string): boolean {
  const [local = '', domain = '', ...more] = text.split('@')
  if (more.length > 0 || local === '' || Buffer.byteLength(local) > LONGEST_LOCAL || Buffer.byteLength(domain) > LONGEST_DOMAIN) return false
  if (/[\p{Cc}\p{Cf}\p{Z}\p{Cs}<>(),:;"\\[\]`|$&]/u.test(text)) return false
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..') || local.startsWith('-')) return false
  return /^(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?\.)*[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u.test(domain)
}

/** The text of a body with plain line ends, without what terminals and mail programs obey. */
export function bodyText(text: string): string {
  return text.replaceAll(/\r\n?|[\u2028\u2029\u0085]/g, '\n').replaceAll(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069\ufeff]/gu, '')
}
