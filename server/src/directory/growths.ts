import type { ReleaseId, WorkspaceId } from '../lib/index.ts'
import { Memory, type Storage } from '../storage/index.ts'
import { readReviewedRelease } from './directory-store.ts'
import { growthSince, type Reach, reachOf, type ToolGrowth } from './growth.ts'
import type { ReviewedRelease } from './standing.ts'

/** What a release added since an earlier one, with the names alone for the hot path. */
export type Growth = { readonly tools: readonly ToolGrowth[]; readonly names: ReadonlySet<string> }

const none: Growth = { tools: [], names: new Set() }

/** Compares releases. They never change, so what was computed once holds for good. */
export class Growths {
  readonly #storage: Storage
  readonly #reaches = new Memory<Reach>(2_000)
  readonly #known = new Memory<Growth>(5_000)

  constructor(storage: Storage) {
    this.#storage = storage
  }

  /** Warm, or undefined. */
  peek(earlier: ReleaseId, release: ReviewedRelease): Growth | undefined {
    return earlier === release.id ? none : this.#known.peek(`${earlier} ${release.id}`)
  }

  /** @throws ReleaseNotFoundError */
  async since(workspace: WorkspaceId, earlier: ReleaseId, release: ReviewedRelease): Promise<Growth> {
    if (earlier === release.id) return none
    return await this.#known.get(`${earlier} ${release.id}`, async () => {
      const reach = await this.#reaches.get(earlier, async () =>
        reachOf((await readReviewedRelease(this.#storage, workspace, earlier)).content.tools),
      )
      const tools = growthSince(reach, release.content.tools)
      return { tools, names: new Set(tools.map(({ tool }) => tool)) }
    })
  }
}
