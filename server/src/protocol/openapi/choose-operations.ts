/** Which operations of a large document become tools. What is left out does not narrow. */
export type Choice = {
  /** One of these tags. */
  readonly tags?: readonly string[]
  /** A path that fits one of these: `*` is any one segment, and a last `**` any rest. */
  readonly paths?: readonly string[]
  /** All of these words, anywhere in name, path, tags and description. */
  readonly search?: string
  /** Names of tools, or operation ids, that are chosen in any case. */
  readonly include?: readonly string[]
  /** Names of tools, or operation ids, that are not. */
  readonly exclude?: readonly string[]
}

export type Choosable = {
  readonly tool: string
  readonly operationId: string | undefined
  readonly method: string
  readonly path: string
  readonly tags: readonly string[]
  readonly words: string
}

export function isChosen(operation: Choosable, choice: Choice): boolean {
  const named = (names: readonly string[] | undefined) =>
    names?.some((name) => name === operation.tool || name === operation.operationId || name === `${operation.method} ${operation.path}`) === true
  if (named(choice.exclude)) return false
  if (named(choice.include)) return true
  const { tags, paths, search } = choice
  if (tags === undefined && paths === undefined && search === undefined) return choice.include === undefined
  const words = search?.toLowerCase().split(/\s+/).filter(Boolean) ?? []
  const text = words.length === 0 ? '' : `${operation.tool} ${operation.path} ${operation.tags.join(' ')} ${operation.words}`.toLowerCase()
  return (
    (tags === undefined || tags.some((tag) => operation.tags.includes(tag))) &&
    (paths === undefined || paths.some((pattern) => fitsPath(operation.path, pattern))) &&
    words.every((word) => text.includes(word))
  )
}

function fitsPath(path: string, pattern: string): boolean {
  const [steps, wanted] = [path.split('/'), pattern.split('/')]
  const isOpen = wanted.at(-1) === '**'
  if (isOpen) wanted.pop()
  if (isOpen ? steps.length < wanted.length : steps.length !== wanted.length) return false
  return wanted.every((step, i) => step === '*' || step === steps[i])
}
