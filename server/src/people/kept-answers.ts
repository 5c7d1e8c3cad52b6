import { DAY, Refusal, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Storage, write, writeOne, writeUnique } from '../storage/index.ts'

const KEPT = DAY

/** A request that a person sends under an `Idempotency-Key` of their own. The hashes cover all that tells it from another request. */
export type KeyedRequest = { readonly user: UserId; readonly workspace: WorkspaceId; readonly keyHash: string; readonly bodySha256: string }
export type KeptAnswer = { readonly status: number; readonly response: string }

export class AnotherRequestError extends Refusal {
  override readonly name = 'AnotherRequestError'
  readonly code = 'request/conflict'
  readonly status = 409
  readonly who = 'assistant'
  constructor() {
    super('This Idempotency-Key was used for another request. Use a new key for a new request.')
  }
}

export class StillAnsweringError extends Refusal {
  override readonly name = 'StillAnsweringError'
  readonly code = 'request/conflict'
  readonly status = 409
  readonly who = 'wait'
  /** What was noted about the work while it was under way, as it was handed in. */
  readonly noted: string | null
  constructor(noted: string | null = null) {
    super(
      'The request with this Idempotency-Key is still being worked on, or was interrupted. Look at what exists before sending it under a new key.',
    )
    this.noted = noted
  }
}

class Taken extends Error {}

/** Answers to keyed requests, kept for 24 hours, so that a repeated request does not act twice. */
export class KeptAnswers {
  readonly #storage: Storage
  constructor(storage: Storage) {
    this.#storage = storage
  }

  /**
   * Takes the key for this request. Of any number of callers at once, exactly one gets null and does the work.
   * @returns the answer given before, as it was handed to `keep`
   * @throws AnotherRequestError, StillAnsweringError
   */
  async begin(request: KeyedRequest, now: number): Promise<KeptAnswer | null> {
    const { db } = this.#storage
    try {
      await this.#storage.write([
        write(db.deleteFrom('idempotency_keys').where('expires_at', '<=', now)),
        writeUnique(
          db.insertInto('idempotency_keys').values({
            id_hash: request.keyHash,
            workspace_id: request.workspace,
            user_id: request.user,
            body_sha256: request.bodySha256,
            response: null,
            status: null,
            created_at: now,
            expires_at: now + KEPT,
          }),
          () => new Taken(),
        ),
      ])
      return null
    } catch (error) {
      if (!(error instanceof Taken)) throw error
    }
    const row = await db
      .selectFrom('idempotency_keys')
      .selectAll()
      .where('workspace_id', '=', request.workspace)
      .where('user_id', '=', request.user)
      .where('id_hash', '=', request.keyHash)
      .executeTakeFirst()
    if (row === undefined) throw new StillAnsweringError()
    if (row.body_sha256 !== request.bodySha256) throw new AnotherRequestError()
    if (row.response === null || row.status === null) throw new StillAnsweringError(row.response)
    return { status: row.status, response: row.response }
  }

  /** Durable before the work has an effect: says what a repeated request can look for should this process end. Sealed by whoever hands it in. */
  async note(request: KeyedRequest, sealed: string): Promise<void> {
    const { db } = this.#storage
    await this.#storage.write([
      writeOne(
        db
          .updateTable('idempotency_keys')
          .set({ response: sealed })
          .where('user_id', '=', request.user)
          .where('id_hash', '=', request.keyHash)
          .where('status', 'is', null),
        () => new StillAnsweringError(),
      ),
    ])
  }

  /** The work is done: this is what a repeated request gets. The text is sealed by whoever hands it in, since an answer may hold a secret. */
  async keep(request: KeyedRequest, answer: KeptAnswer): Promise<void> {
    const { db } = this.#storage
    await this.#storage.write([
      writeOne(
        db
          .updateTable('idempotency_keys')
          .set({ response: answer.response, status: answer.status })
          .where('user_id', '=', request.user)
          .where('id_hash', '=', request.keyHash)
          .where('status', 'is', null),
        () => new StillAnsweringError(),
      ),
    ])
  }

  /** Nothing happened: the key is free again. */
  async release(request: KeyedRequest): Promise<void> {
    const { db } = this.#storage
    await this.#storage.write([
      write(db.deleteFrom('idempotency_keys').where('user_id', '=', request.user).where('id_hash', '=', request.keyHash).where('status', 'is', null)),
    ])
  }
}
