import { canonicalJson, type Json, Refusal, refusalBody, sha256 } from '../../lib/index.ts'
import { type KeyedRequest, type People, StillAnsweringError } from '../../people/index.ts'
import type { Caller } from './caller.ts'
import type { AnyEndpoint } from './endpoint.ts'
import { RequestInvalidError } from './request-errors.ts'
import type { Seals } from './seals.ts'

/** A success as text. */
export type Answer = { readonly status: number; readonly body: string }

const PURPOSE = 'kept answer'
const NOTE = 'noted under a key'

/** Work under an `Idempotency-Key`, as its handler knows it. */
export class Undertaking {
  readonly #note: (text: string) => Promise<void>
  /** What a refusal, or an answer, means for the key. Where nothing is said, a refusal frees it and an answer takes it. */
  effect: 'by-answer' | 'happened' | 'none' = 'by-answer'

  constructor(note: (text: string) => Promise<void>) {
    this.#note = note
  }

  /** Durable when it returns: what a repeated request can look for should this process end before there is an answer. */
  note(text: string): Promise<void> {
    return this.#note(text)
  }

  /** Something left the house: from now on a refusal is an answer too. */
  happened(): void {
    this.effect = 'happened'
  }

  /** The answer says that nothing happened yet: the same request may be made again under its key. */
  nothingHappened(): void {
    this.effect = 'none'
  }
}

type Kept = { readonly answers: People['answers']; readonly seals: Seals; readonly now: number }

/**
 * Does the work once per `Idempotency-Key`, and repeats the answer for 24 hours. A refusal frees the key, since nothing happened, unless the work
 * says that something did; after a fault it stays taken, since something may have.
 * @throws AnotherRequestError, StillAnsweringError, and whatever the work throws
 */
export async function once(
  { answers, seals, now }: Kept,
  endpoint: AnyEndpoint,
  key: string,
  caller: Caller,
  input: Json,
  work: (undertaking: Undertaking) => Promise<Answer>,
): Promise<Answer & { readonly repeated: boolean }> {
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw new RequestInvalidError('', 'the Idempotency-Key has to be 1 to 255 visible ASCII characters')
  // Two assistants of one person know nothing of each other's keys, nor of each other's answers.
  const whose = caller.principal === null ? caller.user : `${caller.user} ${caller.principal.token}`
  const request = {
    user: caller.user,
    workspace: caller.workspace,
    keyHash: sha256(`${caller.workspace} ${whose} ${key}`),
    bodySha256: sha256(`${endpoint.method} ${endpoint.path} ${canonicalJson(input)}`),
  }
  const kept = await begun({ answers, seals, now }, endpoint, caller, request)
  if (kept !== null) return { ...kept, repeated: true }
  const undertaking = new Undertaking((text) => answers.note(request, seals.seal(NOTE, request.keyHash, text)))
  let answer: Answer
  try {
    answer = await work(undertaking)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (undertaking.effect !== 'happened') await answers.release(request)
    else await keep({ status: error.status, body: JSON.stringify({ error: refusalBody(error) }) })
    throw error
  }
  if (undertaking.effect === 'none') await answers.release(request)
  else await keep(answer)
  return { ...answer, repeated: false }

  async function keep({ status, body }: Answer): Promise<void> {
    await answers.keep(request, { status, response: seals.seal(PURPOSE, request.keyHash, body) })
  }
}

/** Takes the key, or finds what was answered under it, or what became of work that was interrupted. Null: the work is to be done. */
async function begun({ answers, seals, now }: Kept, endpoint: AnyEndpoint, caller: Caller, request: KeyedRequest): Promise<Answer | null> {
  try {
    const kept = await answers.begin(request, now)
    if (kept === null) return null
    const body = seals.open(PURPOSE, request.keyHash, kept.response)
    if (body === null) throw new Error('a kept answer does not open with the present key')
    return { status: kept.status, body }
  } catch (error) {
    if (!(error instanceof StillAnsweringError) || error.noted === null || endpoint.interrupted === undefined) throw error
    const note = seals.open(NOTE, request.keyHash, error.noted)
    const output = note === null ? null : await endpoint.interrupted(note, caller)
    if (output === null) throw error
    return { status: endpoint.status ?? 200, body: JSON.stringify(endpoint.output.parse(output)) }
  }
}
