/**
 * The session cookie. Over https its name demands Secure, this host alone and the whole path (RFC 6265bis section 4.1.3.2), so neither a
 * sibling host nor a plain connection can plant one.
 */
export class SessionCookie {
  readonly #name: string
  readonly #secure: boolean
  /** @param name another one for what is not the session */
  constructor(https: boolean, name = 'handfast') {
    this.#name = https ? `__Host-${name}` : name
    this.#secure = https
  }

  /** The secret in a `Cookie` header, or null. Two cookies of that name are as good as none: one of them was planted. */
  read(header: string | undefined): string | null {
    if (header === undefined) return null
    const found = header
      .split(';')
      .map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(`${this.#name}=`))
      .map((pair) => pair.slice(this.#name.length + 1))
    const [secret] = found
    return found.length === 1 && secret !== undefined && /^[A-Za-z0-9_-]{43}$/.test(secret) ? secret : null
  }

  set(secret: string, seconds: number): string {
    return `${this.#name}=${secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${Math.max(0, Math.floor(seconds))}${this.#secure ? '; Secure' : ''}`
  }

  clear(): string {
    return this.set('', 0)
  }
}
