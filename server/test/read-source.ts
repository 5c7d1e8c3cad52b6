/** One import of a source file: what it names, and whether only types come from it. */
export type Import = { readonly from: string; readonly typesOnly: boolean }

export type Source = {
  readonly imports: readonly Import[]
  /** How often `import()` is given something else than a plain string. */
  readonly computedImports: number
  /** The text without comments and patterns, each string replaced by its number between `'` signs: what is left is code. */
  readonly code: string
  /** What stands in the plain strings, by their number. */
  readonly strings: readonly string[]
}

/** After one of these a slash begins a pattern; after anything else it divides. */
const beforePattern = /(?:^|[({[,;=:?!&|+\-*%<>~^]|\b(?:return|typeof|case|in|of|new|void|delete|throw|await|yield))\s*$/

/** Walks through a source once. It knows strings, templates, comments and patterns, which is what has to be told apart from code. */
class Walk {
  readonly #text: string
  #at = 0
  code = ''
  readonly strings: string[] = []

  constructor(text: string) {
    this.#text = text
    this.#walk()
  }

  /** Reads code up to the end, or past the brace that closes a part of a template. */
  #walk(isPart = false): void {
    let depth = 0
    while (this.#at < this.#text.length) {
      const one = this.#text.charAt(this.#at)
      if (this.#text.startsWith('//', this.#at)) this.#at = this.#find('\n', this.#at)
      else if (this.#text.startsWith('/*', this.#at)) this.#at = this.#find('*/', this.#at + 2) + 2
      else if (one === "'" || one === '"') this.#string(one)
      else if (one === '`') this.#template()
      else if (one === '/' && beforePattern.test(this.code.slice(-40))) this.#pattern()
      else {
        this.#at++
        if (one === '{') depth++
        if (one === '}' && depth-- === 0 && isPart) return
        this.code += one
      }
    }
  }

  #find(what: string, from: number): number {
    const found = this.#text.indexOf(what, from)
    return found === -1 ? this.#text.length : found
  }

  #string(quote: string): void {
    const start = ++this.#at
    while (this.#at < this.#text.length && this.#text[this.#at] !== quote) this.#at += this.#text[this.#at] === '\\' ? 2 : 1
    this.code += `'${this.strings.length}'`
    this.strings.push(this.#text.slice(start, this.#at++))
  }

  #template(): void {
    this.#at++
    this.code += '`'
    while (this.#at < this.#text.length && this.#text[this.#at] !== '`') {
      if (this.#text.startsWith('${', this.#at)) {
        this.#at += 2
        this.code += ' ('
        this.#walk(true)
        this.code += ') '
      } else this.#at += this.#text[this.#at] === '\\' ? 2 : 1
    }
    this.#at++
    this.code += '`'
  }

  #pattern(): void {
    let inClass = false
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const one = this.#text[this.#at]
      if (one === '\\') this.#at++
      else if (one === '[') inClass = true
      else if (one === ']') inClass = false
      else if (one === '/' && !inClass) break
    }
    this.#at++
    this.code += '_'
  }
}

/** `import … from`, `export … from`, `import '…'`, and `import('…')` with or without the options after it; `getBuiltinModule('…')` is another. */
const statement = /\b(?:import|export)\s+(type\s+)?(?:[\w$*\s{},]*?\bfrom\s*)?'(\d+)'|\b(?:import|getBuiltinModule)\s*\(\s*(?:'(\d+)'\s*[,)])?/g

/** Reads what a TypeScript source imports, and its code without comments. Needs no compiler: import statements have a form of their own. */
export function readSource(text: string): Source {
  const { code, strings } = new Walk(text)
  const found = [...code.matchAll(statement)].map(([, type, fixed, dynamic]) => ({ type, index: fixed ?? dynamic }))
  return {
    imports: found.flatMap(({ type, index }) => (index === undefined ? [] : [{ from: strings[Number(index)] ?? '', typesOnly: type !== undefined }])),
    computedImports: found.filter(({ index }) => index === undefined).length,
    code,
    strings,
  }
}
