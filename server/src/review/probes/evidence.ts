import { isObject, pointerStep } from '../../lib/index.ts'
import type { ProbeResults } from './types.ts'

/** Largest evidence that is kept of one run. */
const MOST_EVIDENCE = 2_000_000

/** The results as they are kept: without the key that was used, wherever an API repeated it, and bounded. */
export function evidenceOf(results: ProbeResults, secret: string | null): ProbeResults {
  const clean = secret === null || secret.length < 4 ? results : redacted(results, secret)
  if (JSON.stringify(clean).length <= MOST_EVIDENCE) return clean
  return {
    ...clean,
    cases: clean.cases.map(({ structured: _, ...one }) => ({ ...one, text: one.text.slice(0, 2_000), keys: one.keys.slice(0, 100) })),
  }
}

/** Probes that came out otherwise than they should. */
export function failuresIn({ transport, handshake, authorization, hostile, cases }: ProbeResults): number {
  const one = (bad: boolean) => (bad ? 1 : 0)
  return (
    one(transport !== null && (!transport.answered || transport.tls?.trusted === false)) +
    one(handshake !== null && !handshake.succeeded) +
    one(authorization !== null && authorization.withoutToken.status >= 200 && authorization.withoutToken.status < 300) +
    one(hostile?.wrongAudience === 'accepted') +
    (hostile?.badInput.filter(({ outcome }) => outcome === 'crashed').length ?? 0) +
    cases.filter(({ outcome, fitsSchema }) => outcome === 'otherwise' || fitsSchema === false).length
  )
}

function redacted(results: ProbeResults, secret: string): ProbeResults {
  const whole = [secret, ...secret.split(':').filter((part) => part.length >= 8)]
  const written = whole.flatMap((form) => [
    form,
    encodeURIComponent(form),
    JSON.stringify(form).slice(1, -1),
    pointerStep(form),
    Buffer.from(form).toString('base64'),
    Buffer.from(form).toString('base64url'),
  ])
  // The longest first, so that no half of one is left.
  const forms = [...new Set(written)].toSorted((a, b) => b.length - a.length)
  return cleaned(JSON.parse(JSON.stringify(results)), forms) as ProbeResults
}

/** What a probe says in words of ours, or of the release: a key that is such a word changes nothing about what was found. */
const OUR_WORDS: ReadonlySet<string> = new Set(['outcome', 'wrongAudience', 'kind', 'probe', 'field', 'transport', 'tool'])

/** @param ours whether the names of the members are those of the results, and not of the answer of an API; `name`: that of the value */
function cleaned(value: unknown, forms: readonly string[], ours = true, name = ''): unknown {
  if (typeof value === 'string') return ours && OUR_WORDS.has(name) ? value : without(value, forms)
  if (Array.isArray(value)) return value.map((one) => cleaned(one, forms, ours, name))
  if (!isObject(value)) return value
  const members = Object.entries(value)
  if (ours) return Object.fromEntries(members.map(([key, member]) => [key, cleaned(member, forms, key !== 'structured', key)]))
  // An API can use what it was given as a name, too, and in several of its forms.
  const clean = new Map<string, unknown>()
  for (const [key, member] of members) clean.set(unused(clean, without(key, forms)), cleaned(member, forms, false))
  return Object.fromEntries(clean)
}

function unused(taken: ReadonlyMap<string, unknown>, name: string): string {
  let free = name
  for (let number = 2; taken.has(free); number++) free = `${name} ${number}`
  return free
}

function without(text: string, forms: readonly string[]): string {
  return forms.reduce((left, form) => left.replaceAll(form, '[key of the test account]'), text)
}
