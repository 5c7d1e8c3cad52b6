import { type ConnectorId, isObject, parseJson, type ReleaseId, type WorkspaceId } from '../lib/index.ts'
import { SealBrokenError } from '../sealing/index.ts'
import { Memory, type Storage, type Write, write } from '../storage/index.ts'
import { type CompiledTool, compileSchemas } from './compile-schemas.ts'
import { ReleaseNotFoundError } from './directory-errors.ts'
import { readDigest, readReviewedRelease } from './directory-store.ts'
import { loadValidator, type Validator } from './load-validator.ts'

/** Checks of one tool: its arguments, and its structured content where it declares a schema for that. */
export type ToolValidator = { readonly input: Validator; readonly output: Validator | null }

/** Seals text so that a change of a database row shows. */
export interface CodeSeal {
  seal(associated: string, plain: string): string
  /** @throws SealBrokenError */
  open(associated: string, sealed: string): string
}

/** Raised with the compiler or with what generated code asks for; what was compiled by another one is compiled again. */
const COMPILER = 'ajv-8.20.0/1'

function place(digest: string, tool: string): string {
  return `validator:${COMPILER}:${digest}:${tool}`
}

/** Validators of reviewed tools: compiled once when a release is handed in, kept sealed, loaded at the first call of each tool. */
export class Validators {
  readonly #storage: Storage
  readonly #seal: CodeSeal
  /** Releases never change, so nothing here is ever stale. */
  readonly #loaded = new Memory<ToolValidator>(20_000)

  constructor(storage: Storage, seal: CodeSeal) {
    this.#storage = storage
    this.#seal = seal
  }

  /** The statements that keep what was compiled, for the transaction that stores the release. */
  keep(release: ReleaseId, digest: string, compiled: readonly CompiledTool[]): readonly Write[] {
    return compiled.map(({ name, input, output }) =>
      write(
        this.#storage.db
          .insertInto('compiled_tools')
          .values({ release_id: release, tool: name, sealed: this.#seal.seal(place(digest, name), JSON.stringify({ input, output })) }),
      ),
    )
  }

  /** The statement that deletes what was compiled for a connector that is gone. */
  forgetting(workspace: WorkspaceId, connector: ConnectorId): Write {
    const { db } = this.#storage
    const releases = db.selectFrom('releases').select('id').where('workspace_id', '=', workspace).where('connector_id', '=', connector)
    return write(db.deleteFrom('compiled_tools').where('release_id', 'in', releases))
  }

  /** Warm, or undefined. */
  peek(release: ReleaseId, tool: string): ToolValidator | undefined {
    return this.#loaded.peek(`${release} ${tool}`)
  }

  /** @throws ReleaseNotFoundError when the release has no such tool */
  of(workspace: WorkspaceId, release: ReleaseId, tool: string): Promise<ToolValidator> {
    return this.#loaded.get(`${release} ${tool}`, async () => {
      const { input, output } = await this.#sourceOf(workspace, release, tool)
      return { input: loadValidator(input), output: output === null ? null : loadValidator(output) }
    })
  }

  async #sourceOf(workspace: WorkspaceId, release: ReleaseId, tool: string): Promise<Pick<CompiledTool, 'input' | 'output'>> {
    const digest = await readDigest(this.#storage, workspace, release)
    const query = this.#storage.db.selectFrom('compiled_tools').select('sealed').where('release_id', '=', release).where('tool', '=', tool)
    const row = await query.executeTakeFirst()
    const kept = row === undefined ? undefined : this.#opened(place(digest, tool), row.sealed)
    if (kept !== undefined) return kept
    // Compiled by another version, or sealed with a key that is gone: the reviewed schema is still there.
    const { content } = await readReviewedRelease(this.#storage, workspace, release)
    const reviewed = content.tools.find(({ name }) => name === tool)
    if (reviewed === undefined) throw new ReleaseNotFoundError()
    const [compiled] = await compileSchemas([reviewed])
    if (compiled === undefined) throw new Error('The compiling thread returned nothing.')
    return compiled
  }

  #opened(associated: string, sealed: string): Pick<CompiledTool, 'input' | 'output'> | undefined {
    try {
      const kept = parseJson(this.#seal.open(associated, sealed))
      return isObject(kept) && typeof kept['input'] === 'string'
        ? { input: kept['input'], output: typeof kept['output'] === 'string' ? kept['output'] : null }
        : undefined
    } catch (error) {
      if (error instanceof SealBrokenError) return undefined
      throw error
    }
  }
}
