/** What a security.txt says (RFC 9116). */
export type SecurityTxt = {
  readonly contacts: readonly string[]
  readonly expires: number
  readonly canonical: readonly string[]
  readonly policy: readonly string[]
}

export type SecurityTxtVerdict =
  | { readonly state: 'good'; readonly contacts: readonly string[]; readonly expires: number; readonly detail: string | null }
  | { readonly state: 'expired'; readonly contacts: readonly string[]; readonly expires: number; readonly detail: string }
  | { readonly state: 'unusable'; readonly detail: string }

/** Files larger than this are no security.txt. */
export const MOST_BYTES = 32 * 1024
const MOST_LINES = 1_000

/** Reads one: fields are lines `Name: value`, names in any case; comments and the signature around it are passed over (sections 2.2 and 2.3). */
export function judgeSecurityTxt(text: string, url: string, now: number): SecurityTxtVerdict {
  const lines = text.split(/\r?\n/, MOST_LINES)
  const fields = new Map<string, string[]>()
  let isSignature = false
  for (const line of lines) {
    if (line.startsWith('-----BEGIN PGP SIGNATURE')) isSignature = true
    if (isSignature || line.startsWith('#')) continue
    const colon = line.indexOf(':')
    if (colon <= 0 || line.startsWith('-----')) continue
    const name = line.slice(0, colon).trim().toLowerCase()
    fields.set(name, [...(fields.get(name) ?? []), line.slice(colon + 1).trim()])
  }
  const contacts = (fields.get('contact') ?? []).filter(isContact)
  const [expires, another] = fields.get('expires') ?? []
  if (contacts.length === 0) return { state: 'unusable', detail: 'It names no contact that can be used (a web address, mailto: or tel:).' }
  if (expires === undefined || another !== undefined) return { state: 'unusable', detail: 'It has to say exactly once when it expires.' }
  const until = Date.parse(expires)
  if (!/^\d{4}-\d\d-\d\dT/i.test(expires) || Number.isNaN(until)) return { state: 'unusable', detail: 'When it expires is no time of RFC 3339.' }
  const canonical = fields.get('canonical') ?? []
  if (canonical.length > 0 && !canonical.includes(url)) return { state: 'unusable', detail: 'It says that it belongs to another address.' }
  if (until <= now) return { state: 'expired', contacts, expires: until, detail: 'It has expired, so it has to be ignored.' }
  const far = until - now > 366 * 86_400_000
  return { state: 'good', contacts, expires: until, detail: far ? 'It expires in more than a year; sooner is better.' : null }
}

function isContact(value: string): boolean {
  const url = URL.parse(value)
  return url !== null && ['https:', 'mailto:', 'tel:'].includes(url.protocol) && value.length <= 500
}

/** Ours. @param expires milliseconds; less than a year ahead */
export function writeSecurityTxt(given: {
  readonly contacts: readonly string[]
  readonly policy: string | undefined
  readonly origin: string
  readonly expires: number
}): string {
  return [
    ...given.contacts.map((contact) => `Contact: ${contact}`),
    `Expires: ${new Date(given.expires).toISOString()}`,
    ...(given.policy === undefined ? [] : [`Policy: ${given.policy}`]),
    'Preferred-Languages: en',
    `Canonical: ${given.origin}/.well-known/security.txt`,
    '',
  ].join('\n')
}
