import { sha256 } from '../../lib/index.ts'

/** Assistants allow 64 characters; the rest is room for the connector's slug and an underscore. */
export const MAX_TOOL_NAME = 48

/** Gives tool names that are unique in one document and stay the same when it is imported again. */
export class ToolNames {
  readonly #taken = new Set<string>()
  readonly #room: number

  /** @param room longest name */
  constructor(room: number = MAX_TOOL_NAME) {
    this.#room = Math.max(Math.min(room, MAX_TOOL_NAME), 16)
  }

  /** The operation's id, cleaned; without one, its method and path. Where that is too long or taken, a hash of the operation follows. */
  next(operationId: string | undefined, method: string, path: string): string {
    const wanted = cleaned(operationId ?? '') || cleaned(`${method.toLowerCase()}_${path.replace(/^\/+/, '')}`)
    const identity = `${method} ${path}`
    let name = wanted.length <= this.#room ? wanted : this.#withHash(wanted, operationId ?? identity)
    for (let i = 0; this.#taken.has(name); i++) name = this.#withHash(wanted, i === 0 ? identity : `${identity} ${i}`)
    this.#taken.add(name)
    return name
  }

  #withHash(name: string, identity: string): string {
    return `${name.slice(0, this.#room - 9)}_${sha256(identity).slice(0, 8)}`
  }
}

function cleaned(text: string): string {
  return text
    .slice(0, 1_000)
    .replace(/[^A-Za-z0-9_.-]+/g, '_')
    .replace(/^[_.-]+|[_.-]+$/g, '')
}
