import { domainToASCII, domainToUnicode } from 'node:url'
import { DAY, type DeveloperId, type Id } from '../lib/index.ts'
import { mixesAlphabets } from './parties/look-alikes.ts'

/** A domain that an organisation says is its own. Times in milliseconds, UTC. */
export type Domain = {
  readonly id: Id<'dom'>
  readonly developer: DeveloperId
  /** As DNS has it: lower case, ASCII. */
  readonly domain: string
  /** What has to stand there. No secret: it is published. */
  readonly token: string
  readonly askedAt: number
  readonly method: 'file' | 'dns' | null
  readonly provenAt: number | null
  readonly checkedAt: number | null
  /** Looks in a row that did not find it. */
  readonly failures: number
  readonly failure: string | null
  readonly lostAt: number | null
}

/** `asked`: never proven. `proven`. `doubtful`: it was not found the last time, and still counts. `lost`: not found so often that it does not count. */
export type DomainState = 'asked' | 'proven' | 'doubtful' | 'lost'

/** So many looks in a row without it, a day apart, and the proof is lost. */
export const MOST_FAILURES = 3
export const LOOK_EVERY = 30 * DAY
export const LOOK_AGAIN = DAY
export const MOST_DOMAINS = 20

export function stateOfDomain({ provenAt, failures, lostAt }: Pick<Domain, 'provenAt' | 'failures' | 'lostAt'>): DomainState {
  if (provenAt === null) return 'asked'
  if (lostAt !== null) return 'lost'
  return failures === 0 ? 'proven' : 'doubtful'
}

/** What follows from one look. Pure: the time and what was seen come in. */
export function afterLook(domain: Domain, seen: { readonly method: 'file' | 'dns' } | { readonly why: string }, now: number): Domain {
  if ('method' in seen) {
    return { ...domain, method: seen.method, provenAt: domain.provenAt ?? now, checkedAt: now, failures: 0, failure: null, lostAt: null }
  }
  const failures = domain.failures + 1
  const isLost = domain.provenAt !== null && domain.lostAt === null && failures >= MOST_FAILURES
  return { ...domain, checkedAt: now, failures, failure: seen.why, lostAt: isLost ? now : domain.lostAt }
}

export function nextLook(domain: Domain, now: number): number {
  return now + (stateOfDomain(domain) === 'doubtful' ? LOOK_AGAIN : LOOK_EVERY)
}

/** The domain as DNS has it, or undefined: it is an address, a single word, or no name at all. */
export function asciiDomain(text: string): string | undefined {
  const plain = text.trim().replace(/\.$/, '')
  if (plain === '' || plain.length > 253 || /[/:@?#\\\s%*]/.test(plain)) return undefined
  const ascii = domainToASCII(plain.normalize('NFC')).toLowerCase()
  if (ascii === '' || ascii.length > 253) return undefined
  const labels = ascii.split('.')
  if (labels.length < 2 || /^\d+$/.test(labels.at(-1) ?? '')) return undefined
  return labels.every((label) => /^[a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label)) ? ascii : undefined
}

/** Whether a label of the domain mixes alphabets, so that it looks like another one. */
export function looksLikeAnother(ascii: string): boolean {
  return domainToUnicode(ascii).split('.').some(mixesAlphabets)
}

/** Whether a proof covers a host: a file its own host, a record in DNS everything below the domain too. */
export function covers({ domain, method }: Pick<Domain, 'domain' | 'method'>, host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  return name === domain || (method === 'dns' && name.endsWith(`.${domain}`))
}
