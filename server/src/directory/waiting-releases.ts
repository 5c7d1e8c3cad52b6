import type { ConnectorId, ReleaseId, WorkspaceId } from '../lib/index.ts'
import { type Storage, type Write, write, writeOne } from '../storage/index.ts'
import type { StoredFinding } from './directory-store.ts'

/** Statements for the transactions in which the review decides about releases. Content and digest of a release are never touched. */
export class WaitingReleases {
  readonly #storage: Storage

  constructor(storage: Storage) {
    this.#storage = storage
  }

  /** The statement that marks a release as decided, once: of two reviewers at the same time, the second gets `otherwise`. */
  deciding(workspace: WorkspaceId, release: ReleaseId, at: number, otherwise: () => Error): Write {
    const update = this.#storage.db.updateTable('releases').set({ decided_at: at })
    return writeOne(update.where('workspace_id', '=', workspace).where('id', '=', release).where('decided_at', 'is', null), otherwise)
  }

  /** The statement that makes sure that nobody decided meanwhile. */
  stillWaiting(workspace: WorkspaceId, release: ReleaseId, otherwise: () => Error): Write {
    const update = this.#storage.db.updateTable('releases').set({ decided_at: null })
    return writeOne(update.where('workspace_id', '=', workspace).where('id', '=', release).where('decided_at', 'is', null), otherwise)
  }

  /** The statement that makes sure that nothing was found about a release since it was looked at. */
  stillFound(workspace: WorkspaceId, release: ReleaseId, findings: readonly StoredFinding[], otherwise: () => Error): Write {
    const kept = JSON.stringify(findings)
    const update = this.#storage.db.updateTable('releases').set({ findings: kept }).where('workspace_id', '=', workspace)
    return writeOne(update.where('id', '=', release).where('findings', '=', kept), otherwise)
  }

  /** The statement that ends the waiting of every release of a connector, since another one takes its place. */
  superseding(workspace: WorkspaceId, connector: ConnectorId, at: number): Write {
    const update = this.#storage.db.updateTable('releases').set({ decided_at: at }).where('workspace_id', '=', workspace)
    return write(update.where('connector_id', '=', connector).where('decided_at', 'is', null))
  }

  /** The statement that keeps what was found about a release since it came in. Its content and digest stay. */
  noting(workspace: WorkspaceId, release: ReleaseId, findings: readonly StoredFinding[]): Write {
    const update = this.#storage.db.updateTable('releases').set({ findings: JSON.stringify(findings) })
    return write(update.where('workspace_id', '=', workspace).where('id', '=', release))
  }

  /** The statement that lets a decided release wait again, unless it does already or another one of its connector does. */
  reopening(workspace: WorkspaceId, release: ReleaseId, otherwise: () => Error): Write {
    const update = this.#storage.db.updateTable('releases').set({ decided_at: null })
    return writeOne(update.where('workspace_id', '=', workspace).where('id', '=', release).where('decided_at', 'is not', null), otherwise)
  }
}
