import { randomBytes } from 'node:crypto'
import { type Clock, isObject, MINUTE, parseJson, sha256 } from '../lib/index.ts'
import { SealBrokenError, type Sealing } from '../sealing/index.ts'
import { type Storage, type Write, writeUnique } from '../storage/index.ts'
import { StepOverError } from './people-errors.ts'

/** What was begun. Each kind is sealed apart, so that one cannot pass for another. */
export type StepKind = 'passkey-sign-in' | 'passkey-add' | 'passkey-proof' | 'provider'

const LASTS: Readonly<Record<StepKind, number>> = {
  'passkey-sign-in': 5 * MINUTE,
  'passkey-add': 10 * MINUTE,
  'passkey-proof': 5 * MINUTE,
  provider: 10 * MINUTE,
}

export type OpenedStep<Content> = { readonly content: Content; readonly spend: Write }

/**
 * What stands between two halves of a sign-in. It travels with whoever began, sealed, so that strangers who begin and never finish leave
 * nothing here; only taking a step writes a row, and no step is taken twice.
 */
export class Steps {
  readonly #storage: Storage
  readonly #sealing: Sealing
  readonly #clock: Clock

  constructor(needs: { readonly storage: Storage; readonly sealing: Sealing; readonly clock: Clock }) {
    this.#storage = needs.storage
    this.#sealing = needs.sealing
    this.#clock = needs.clock
  }

  make(kind: StepKind, content: Readonly<Record<string, unknown>>): string {
    const id = randomBytes(16).toString('base64url')
    return this.#sealing.seal(`step:${kind}`, JSON.stringify({ ...content, id, expiresAt: this.#clock.now() + LASTS[kind] }))
  }

  /**
   * Opens what was made here. `spend` belongs into the transaction of what the step was for: of two who take it, one gets StepOverError.
   * @throws StepOverError
   */
  open<Content>(kind: StepKind, text: string): OpenedStep<Content> {
    let content: unknown
    try {
      content = parseJson(this.#sealing.open(`step:${kind}`, text))
    } catch (error) {
      if (error instanceof SealBrokenError) throw new StepOverError('unknown')
      throw error
    }
    if (!isObject(content as never)) throw new StepOverError('unknown')
    const { id, expiresAt } = content as { readonly id: string; readonly expiresAt: number }
    if (expiresAt <= this.#clock.now()) throw new StepOverError('expired')
    const { db } = this.#storage
    const spend = writeUnique(
      db.insertInto('spent_steps').values({ id_hash: sha256(`${kind} ${id}`), expires_at: expiresAt }),
      () => new StepOverError('used'),
    )
    return { content: content as Content, spend }
  }
}
