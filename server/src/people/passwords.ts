import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '@handfast/contract'
import { PasswordLengthError, TooManyAttemptsError } from './people-errors.ts'

/** What a hash costs: memory in KiB, passes, and lanes. */
export type HashCost = { readonly memoryCost: number; readonly timeCost: number; readonly parallelism: number }
/** OWASP's first recommendation for argon2id: 19 MiB, two passes, one lane. The library's default algorithm is argon2id. */
const recommended: HashCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** Hashes at the same time: each takes 19 MiB and one of the four threads that file access shares. */
const AT_ONCE = 2
const MOST_WAITING = 64

type Argon2 = {
  hash(password: string, options: HashCost): Promise<string>
  verify(hashed: string, password: string): Promise<boolean>
}

/** Hashes and checks passwords with argon2id (RFC 9106), a few at a time. */
export class Passwords {
  #argon2: Promise<Argon2> | null = null
  #nobody: Promise<string> | null = null
  #running = 0
  readonly #waiting: (() => void)[] = []
  readonly #cost: HashCost

  constructor(cost: HashCost = recommended) {
    this.#cost = cost
  }

  /**
   * @returns the hash in PHC form, with its salt and cost
   * @throws PasswordLengthError when it is shorter than 12 or longer than 256 characters
   * @throws TooManyAttemptsError when too many people are waiting
   */
  async hash(password: string): Promise<string> {
    const text = normal(password)
    if (text.length < SHORTEST_PASSWORD || text.length > LONGEST_PASSWORD) throw new PasswordLengthError()
    return this.#inTurn(async (argon2) => argon2.hash(text, this.#cost))
  }

  /**
   * Checks a password against a hash. Without one the same work is done on nobody's hash, so that time does not tell who has an account.
   */
  async verify(hashed: string | null, password: string): Promise<boolean> {
    const text = normal(password).slice(0, LONGEST_PASSWORD + 1)
    const right = await this.#inTurn(async (argon2) => {
      this.#nobody ??= argon2.hash('nobody has this password', this.#cost)
      const nobody = await this.#nobody
      return argon2.verify(hashed ?? nobody, text)
    })
    return right && hashed !== null
  }

  async #inTurn<Result>(work: (argon2: Argon2) => Promise<Result>): Promise<Result> {
    if (this.#running >= AT_ONCE) {
      if (this.#waiting.length >= MOST_WAITING) throw new TooManyAttemptsError(5)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else this.#running++
    try {
      // Loaded at first use: most starts of the program never hash anything.
      this.#argon2 ??= import('@node-rs/argon2')
      return await work(await this.#argon2)
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }
}

/** The same password typed on two keyboards is the same text (NIST SP 800-63B section 3.1.1.2). */
function normal(password: string): string {
  return password.normalize('NFKC')
}
