/** What a 401 or 403 asks for (RFC 9110 section 11.6.1; RFC 6750 section 3; RFC 9728 section 5.1). */
export type Challenge = {
  readonly resourceMetadata: string | null
  readonly scope: readonly string[]
  readonly error: string | null
}

export const NO_CHALLENGE: Challenge = { resourceMetadata: null, scope: [], error: null }

const MOST_CHARACTERS = 8_192
const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y
const TOKEN68 = /[0-9A-Za-z\-._~+/]+=*(?=\s*(?:,|$))/y
const SPACE = /[ \t]*/y
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/

type Scheme = { readonly name: string; readonly parameters: Map<string, string> }

/**
 * Reads a `WWW-Authenticate` header. Only the `Bearer` challenge says something to us; of several, the first that names a parameter we know.
 * What is malformed ends the reading: what stood before it counts.
 */
export function readChallenge(header: string | undefined | null): Challenge {
  if (header === undefined || header === null) return NO_CHALLENGE
  const bearers = schemesIn(header.slice(0, MOST_CHARACTERS)).filter(({ name }) => name === 'bearer')
  const found = bearers.find(({ parameters }) => ['resource_metadata', 'scope', 'error'].some((name) => parameters.has(name)))
  if (found === undefined) return NO_CHALLENGE
  const { parameters } = found
  return {
    resourceMetadata: parameters.get('resource_metadata') ?? null,
    scope: readScope(parameters.get('scope')),
    error: parameters.get('error') ?? null,
  }
}

/** The scopes in a space-separated list (RFC 6749 section 3.3), each once; what cannot be one is left out. */
export function readScope(text: string | undefined | null): readonly string[] {
  if (text === undefined || text === null) return []
  return [...new Set(text.split(' ').filter((scope) => SCOPE.test(scope) && scope.length <= 200))].slice(0, 100)
}

function schemesIn(text: string): readonly Scheme[] {
  const schemes: Scheme[] = []
  const reader = new Reader(text)
  for (;;) {
    reader.skipCommas()
    const name = reader.take(TOKEN)
    if (name === null) return schemes
    const equals = reader.peekEquals()
    const last = schemes.at(-1)
    if (equals) {
      // A parameter of the scheme before it.
      const value = reader.value()
      if (value === null || last === undefined) return schemes
      // A parameter that stands twice is malformed; the first one counts, so that a second cannot replace it.
      if (!last.parameters.has(name.toLowerCase())) last.parameters.set(name.toLowerCase(), value)
    } else {
      schemes.push({ name: name.toLowerCase(), parameters: new Map() })
      reader.take(SPACE)
      reader.take(TOKEN68)
    }
  }
}

class Reader {
  readonly #text: string
  #at = 0
  constructor(text: string) {
    this.#text = text
  }

  take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found === null || found[0] === '') return null
    this.#at += found[0].length
    return found[0]
  }

  skipCommas(): void {
    while (this.#at < this.#text.length && ' \t,'.includes(this.#text[this.#at] ?? '')) this.#at++
  }

  /** True, and passed over, where an equals sign comes next. */
  peekEquals(): boolean {
    const from = this.#at
    this.take(SPACE)
    if (this.#text[this.#at] === '=') {
      this.#at++
      this.take(SPACE)
      return true
    }
    this.#at = from
    return false
  }

  /** A token or a quoted text. */
  value(): string | null {
    if (this.#text[this.#at] !== '"') return this.take(TOKEN)
    let out = ''
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const character = this.#text[at] ?? ''
      if (character === '"') {
        this.#at = at + 1
        return out
      }
      if (character === '\\') out += this.#text[++at] ?? ''
      else out += character
    }
    return null
  }
}
