import { Refusal } from '../../lib/index.ts'
import { probeAuthorization } from './authorization.ts'
import { probeCase } from './cases.ts'
import { probeHostile } from './hostile.ts'
import { KEPT_TEXT, PROBE_BYTES, PROBE_TIMEOUT_MS, type ProbeNeeds, type ProbePlan } from './plan.ts'
import { probeHandshake, probeTransport } from './transport.ts'
import type { CaseProbe, PageProbe, ProbeName, ProbeResults } from './types.ts'

/** Told as the probes go on: what is done now, how many steps are behind, how many there are. */
export type Telling = (step: string, done: number, total: number) => Promise<void>

export function stepsOf(plan: Pick<ProbePlan, 'tests'>): number {
  return 4 + plan.tests.length + 1
}

/**
 * Tries a connector as assistants would, and as far as its developer agreed as others might (clause 2d-review). Every request leaves with the reason
 * `review`. What could not be tried is said; only faults of our own are thrown.
 */
export async function runProbes(needs: ProbeNeeds, plan: ProbePlan, tell: Telling): Promise<ProbeResults> {
  const at = needs.clock.now()
  const total = stepsOf(plan)
  const skipped: { probe: ProbeName; why: string }[] = []
  await tell('transport', 0, total)
  const transport = await probeTransport(needs, plan)
  const reached = transport.answered && transport.tls?.trusted !== false
  const unreached = transport.failure ?? transport.tls?.problem ?? 'The address does not answer.'
  const unless = async <T>(probe: ProbeName, step: number, why: string | null, run: () => Promise<T | null>): Promise<T | null> => {
    await tell(probe, step, total)
    if (reached && why === null) return await run()
    skipped.push({ probe, why: reached ? (why ?? '') : unreached })
    return null
  }
  const isMcp = plan.content.target.kind === 'mcp'
  const handshake = await unless('handshake', 1, isMcp ? null : 'An HTTP API has no handshake.', () => probeHandshake(needs, plan))
  const asksKey = plan.content.credential.type !== 'none'
  const authorization = await unless('authorization', 2, asksKey ? null : 'The API asks for no credential.', () => probeAuthorization(needs, plan))
  const cases: CaseProbe[] = []
  for (const [index, test] of plan.tests.entries()) {
    const done = await unless('cases', 3 + index, whyNoCase(plan), () => probeCase(needs, plan, test))
    cases.push(done ?? notRun(test.name, test.kind, reached ? (whyNoCase(plan) ?? '') : unreached))
  }
  if (plan.tests.length === 0) skipped.push({ probe: 'cases', why: 'The developer handed in no test cases.' })
  const agreed = plan.hostile.badInput || plan.hostile.wrongAudience
  const noYes = 'The developer did not agree to it, and has not proven that the domain is theirs.'
  const hostile = await unless('hostile', 3 + plan.tests.length, agreed ? null : noYes, () => probeHostile(needs, plan))
  if (hostile?.wrongAudience === 'not-tried' && plan.hostile.wrongAudience)
    skipped.push({ probe: 'hostile', why: 'No call showed whether a token of others is refused: no tool that only reads answers without arguments.' })
  await tell('pages', total - 1, total)
  const pages = await probePages(needs, plan)
  return { at, transport, handshake, authorization, hostile, cases, pages, skipped: once(skipped) }
}

function whyNoCase({ content, credential }: ProbePlan): string | null {
  return content.credential.type !== 'none' && credential === null ? 'The API asks for a credential, and no key of a test account was given.' : null
}

function notRun(name: string, kind: CaseProbe['kind'], why: string): CaseProbe {
  return {
    name,
    kind,
    tool: null,
    outcome: 'not-run',
    why,
    tookMs: 0,
    bytes: 0,
    isError: false,
    fitsSchema: null,
    schemaProblem: null,
    keys: [],
    text: '',
  }
}

function once(skipped: readonly { readonly probe: ProbeName; readonly why: string }[]) {
  return [...new Map(skipped.map((one) => [one.probe, one])).values()]
}

async function probePages(needs: ProbeNeeds, { content, signal }: ProbePlan): Promise<readonly PageProbe[]> {
  const url = content.privacyNoticeUrl
  const parsed = url === undefined ? null : URL.parse(url)
  if (url === undefined || parsed === null) return []
  const page = { field: 'privacyNoticeUrl', url, redirectedTo: null } as const
  try {
    const answer = await needs.egress.request({
      url: parsed,
      method: 'GET',
      headers: { accept: 'text/html, text/plain;q=0.9' },
      reason: 'review',
      origins: [parsed.origin],
      limits: { totalMs: PROBE_TIMEOUT_MS, maxBytes: PROBE_BYTES },
      signal,
    })
    const html = await answer.body.text()
    const text = visibleText(html)
    const redirectedTo = answer.url.href === parsed.href ? null : answer.url.href
    return [
      { ...page, redirectedTo, status: answer.status, failure: null, asksToSignIn: /type=["']?password/i.test(html), text: text.slice(0, KEPT_TEXT) },
    ]
  } catch (error) {
    if (signal.aborted || !(error instanceof Refusal)) throw error
    return [{ ...page, status: null, failure: error.message, asksToSignIn: false, text: '' }]
  }
}

/** What stands between the tags, but for scripts and styles: enough to see what a page is about. */
function visibleText(html: string): string {
  let text = ''
  for (let at = 0; at < html.length && text.length < KEPT_TEXT; ) {
    const tag = html.indexOf('<', at)
    text += `${html.slice(at, tag === -1 ? html.length : tag)} `
    if (tag === -1) break
    const hidden = ['script', 'style'].find((name) => html.slice(tag + 1, tag + 1 + name.length).toLowerCase() === name)
    const end = html.indexOf('>', hidden === undefined ? tag : html.indexOf(`</${hidden}`, tag))
    at = end === -1 ? html.length : end + 1
  }
  return text.replaceAll(/\s+/g, ' ').trim()
}
