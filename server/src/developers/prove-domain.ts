import type { Egress } from '../egress/index.ts'
import { Refusal } from '../lib/index.ts'
import type { Domain } from './domain.ts'

export const WELL_KNOWN = '/.well-known/handfast-verification.txt'
/** The record lies below the domain, so that it collides with no other. */
export const DNS_NAME = '_handfast-verification'
const MOST_BYTES = 4_096
const LONGEST_MS = 10_000

export type Proof = { readonly method: 'file' | 'dns' } | { readonly why: string }

/** What has to stand in the file, as a line of its own, or in the record. */
export function proofText(token: string): string {
  return `handfast-verification=${token}`
}

/**
 * Looks for the proof of a domain: the record first, which proves all that lies below it too, then the file at its own address. Redirects are not followed,
 * since whoever answers elsewhere is not the domain; the way out judges the address like any other. Where the record proves it and cannot be asked, the file
 * does not take its place: it covers less, and a name server that fails once takes nothing from anybody.
 */
export async function proveDomain(
  egress: Egress,
  { domain, token, method, lostAt }: Pick<Domain, 'domain' | 'token' | 'method' | 'lostAt'>,
  signal: AbortSignal,
): Promise<Proof> {
  const dns = await byDns(egress, domain, token)
  if (dns === null) return { method: 'dns' }
  if (!dns.isAnswer && method === 'dns' && lostAt === null) return { why: `The record: ${dns.why}` }
  const file = await byFile(egress, domain, token, signal)
  return file === null ? { method: 'file' } : { why: `The record: ${dns.why} The file: ${file}` }
}

/** Null: it is there. Otherwise what was found instead. */
async function byFile(egress: Egress, domain: string, token: string, signal: AbortSignal): Promise<string | null> {
  const url = new URL(`https://${domain}${WELL_KNOWN}`)
  try {
    const limits = { totalMs: LONGEST_MS, maxBytes: MOST_BYTES }
    const answer = await egress.request({ url, method: 'GET', headers: { accept: 'text/plain' }, reason: 'review', redirects: 0, limits, signal })
    if (answer.status !== 200) {
      await answer.body.discard()
      return `its address answers ${answer.status}.`
    }
    const type = answer.headers['content-type'] ?? ''
    // A site that answers every address with its front page proves nothing.
    if (/html/i.test(type)) {
      await answer.body.discard()
      return 'its address answers with a page. Serve it as text/plain.'
    }
    const lines = (await answer.body.text()).split(/\r?\n/).map((line) => line.trim())
    return lines.includes(proofText(token)) ? null : 'the line does not stand in it.'
  } catch (error) {
    if (signal.aborted || !(error instanceof Refusal)) throw error
    return `${error.message} (${error.code})`
  }
}

/** Null: it is there. `isAnswer`: that it is not was said, and not that nobody could be asked. */
async function byDns(egress: Egress, domain: string, token: string): Promise<{ readonly why: string; readonly isAnswer: boolean } | null> {
  try {
    const texts = await egress.texts(`${DNS_NAME}.${domain}`)
    return texts.includes(proofText(token)) ? null : { why: `there is none at ${DNS_NAME}.${domain} with the text.`, isAnswer: true }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { why: `${error.message} (${error.code})`, isAnswer: error.code === 'egress/name-not-found' }
  }
}
