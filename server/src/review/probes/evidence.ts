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
  const forms = [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret), ...secret.split(':').filter((part) => part.length >= 8)]
  return JSON.parse(JSON.stringify(results), (_, value: unknown) => (typeof value === 'string' ? without(value, forms) : value)) as ProbeResults
}

function without(text: string, forms: readonly string[]): string {
  return forms.reduce((left, form) => left.replaceAll(form, '[key of the test account]'), text)
}
