/** As long as a sign-in at a provider may take. */
const SECONDS = 600

/**
 * What a browser is sent to a provider with. It is sealed here and means nothing elsewhere; that the browser has it is what says that the answer
 * is for this browser (RFC 9700 section 4.7). Lax, since people come back by a link from another site.
 */
export class AwayCookie {
  readonly #name: string
  readonly #secure: boolean
  constructor(https: boolean) {
    this.#name = https ? '__Host-handfast-away' : 'handfast-away'
    this.#secure = https
  }

  /** The text in a `Cookie` header, or null. Two cookies of that name are as good as none: one of them was planted. */
  read(header: string | undefined): string | null {
    const found = (header ?? '')
      .split(';')
      .map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(`${this.#name}=`))
      .map((pair) => pair.slice(this.#name.length + 1))
    const [text] = found
    return found.length === 1 && text !== undefined && /^[\w.+/=-]{1,3800}$/.test(text) ? text : null
  }

  set(sealed: string): string {
    return `${this.#name}=${sealed}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${sealed === '' ? 0 : SECONDS}${this.#secure ? '; Secure' : ''}`
  }

  clear(): string {
    return this.set('')
  }
}
