import { canonicalJson, type Json, Refusal, sha256 } from '../../lib/index.ts'
import type { People } from '../../people/index.ts'
import type { Caller } from './caller.ts'
import type { AnyEndpoint } from './endpoint.ts'
import { RequestInvalidError } from './request-errors.ts'
import type { Seals } from './seals.ts'

/** A success as text. */
export type Answer = { readonly status: number; readonly body: string }

const PURPOSE = 'kept answer'

/**
 * Does the work once per `Idempotency-Key`, and repeats the answer for 24 hours. A refusal frees the key, since nothing happened; after a
 * fault it stays taken, since something may have.
 * @throws AnotherRequestError, StillAnsweringError, and whatever the work throws
 */
export async function once(
  { answers, seals, now }: { readonly answers: People['answers']; readonly seals: Seals; readonly now: number },
  endpoint: AnyEndpoint,
  key: string,
  caller: Caller,
  input: Json,
  work: () => Promise<Answer>,
): Promise<Answer & { readonly repeated: boolean }> {
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw new RequestInvalidError('', 'the Idempotency-Key has to be 1 to 255 visible ASCII characters')
  const request = {
    user: caller.user,
    workspace: caller.workspace,
    keyHash: sha256(`${caller.workspace} ${caller.user} ${key}`),
    bodySha256: sha256(`${endpoint.method} ${endpoint.path} ${canonicalJson(input)}`),
  }
  const kept = await answers.begin(request, now)
  if (kept !== null) {
    const body = seals.open(PURPOSE, request.keyHash, kept.response)
    if (body === null) throw new Error('a kept answer does not open with the present key')
    return { status: kept.status, body, repeated: true }
  }
  let answer: Answer
  try {
    answer = await work()
  } catch (error) {
    if (error instanceof Refusal) await answers.release(request)
    throw error
  }
  await answers.keep(request, { status: answer.status, response: seals.seal(PURPOSE, request.keyHash, answer.body) })
  return { ...answer, repeated: false }
}
