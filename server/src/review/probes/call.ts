import type { ReleaseTool } from '@handfast/contract'
import { type Json, type JsonObject, newId, Refusal } from '../../lib/index.ts'
import { CredentialRejectedError } from '../../upstream/index.ts'
import { KEPT_TEXT, PROBE_BYTES, PROBE_TIMEOUT_MS, type ProbeNeeds, type ProbePlan } from './plan.ts'

/** What one call of a review came to. */
export type Called = {
  readonly outcome: 'answered' | 'tool-error' | 'refused' | 'crashed'
  /** It was refused for its key: nothing was said about the rest of it. */
  readonly keyRefused: boolean
  /** What it said: the text of the answer, or why there is none. */
  readonly text: string
  readonly structured: Json | undefined
  readonly bytes: number
  readonly tookMs: number
}

/** Calls a tool as its reviewed definition says, with the reason `review` and the key of the test account. */
export async function callForReview({ upstream, clock }: ProbeNeeds, plan: ProbePlan, tool: ReleaseTool, given: JsonObject): Promise<Called> {
  const started = clock.now()
  const done = (outcome: Called['outcome'], text: string, structured?: Json, bytes = text.length): Called => ({
    outcome,
    keyRefused: false,
    text: text.slice(0, KEPT_TEXT),
    structured,
    bytes,
    tookMs: clock.now() - started,
  })
  try {
    const answer = await upstream.call({
      callId: newId('call', started),
      connector: plan.connector,
      release: plan.release,
      target: plan.content.target,
      tool,
      arguments: given,
      credential: plan.credential,
      poolKey: `review:${plan.release}`,
      assistantEra: 'modern',
      origins: plan.origins,
      timeoutMs: PROBE_TIMEOUT_MS,
      maxBytes: PROBE_BYTES,
      signal: plan.signal,
      reason: 'review',
    })
    switch (answer.kind) {
      case 'result': {
        const { content, structuredContent, isError } = answer.result
        const text = textOf(content)
        const bytes = JSON.stringify(answer.result).length
        return done(isError === true ? 'tool-error' : 'answered', text, structuredContent as Json | undefined, bytes)
      }
      case 'error':
        return done('refused', answer.message)
      case 'asks':
        return done('refused', 'It asks the assistant for something first.')
      case 'lacks':
        return done('refused', 'It needs an assistant that can do more.')
      case 'other':
        return done('refused', 'It answered something that is no result of a tool.')
    }
  } catch (error) {
    if (plan.signal.aborted || !(error instanceof Refusal)) throw error
    if (error instanceof CredentialRejectedError) return { ...done('refused', error.message), keyRefused: true }
    const { status } = error.detail as { readonly status?: unknown }
    const crashed = error.status >= 500 || (typeof status === 'number' && status >= 500)
    const refused = typeof status === 'number' && status < 500
    return done(crashed && !refused ? 'crashed' : 'refused', error.message)
  }
}

function textOf(content: unknown): string {
  if (!Array.isArray(content)) return ''
  return content.flatMap((part: { readonly text?: unknown }) => (typeof part.text === 'string' ? [part.text] : [])).join('\n')
}
