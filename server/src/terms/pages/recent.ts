/** Keeps what was made last, by what it was made of, so that asking for it again costs nothing. What was asked for longest ago goes first. */
export class Recent {
  readonly #most: number
  readonly #made = new Map<string, string>()
  #length = 0

  /** @param most characters that are kept in all */
  constructor(most: number) {
    this.#most = most
  }

  /** @param make is asked where it is not there; the same key always makes the same */
  async get(key: string, make: () => string | Promise<string>): Promise<string> {
    const known = this.#made.get(key)
    if (known !== undefined) {
      this.#made.delete(key)
      this.#made.set(key, known)
      return known
    }
    const made = await make()
    this.#length += made.length - (this.#made.get(key)?.length ?? 0)
    this.#made.set(key, made)
    for (const [oldest, text] of this.#made) {
      if (this.#length <= this.#most) break
      this.#made.delete(oldest)
      this.#length -= text.length
    }
    return made
  }
}
