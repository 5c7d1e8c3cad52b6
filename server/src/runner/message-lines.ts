/** Splits what a process writes into lines, each a JSON-RPC message (MCP, stdio transport: messages are delimited by newlines). */
export class MessageLines {
  readonly #longest: number
  #rest: Buffer[] = []
  #size = 0

  /** @param longest bytes of the longest line that is read */
  constructor(longest: number) {
    this.#longest = longest
  }

  /**
   * @returns the lines that this chunk completed, without empty ones
   * @throws RangeError when a line is longer than allowed
   */
  take(chunk: Buffer): readonly string[] {
    const lines: string[] = []
    let from = 0
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      this.#keep(chunk.subarray(from, at))
      const line = Buffer.concat(this.#rest).toString('utf8').trim()
      this.#rest = []
      this.#size = 0
      if (line !== '') lines.push(line)
      from = at + 1
    }
    this.#keep(chunk.subarray(from))
    return lines
  }

  #keep(piece: Buffer): void {
    this.#size += piece.length
    if (this.#size > this.#longest) throw new RangeError(`a line is longer than ${this.#longest} bytes`)
    if (piece.length > 0) this.#rest.push(piece)
  }
}
