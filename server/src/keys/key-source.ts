import type { MasterKey } from '../sealing/index.ts'

export type SourceKind = 'file' | 'environment' | 'transit'

/** A master key in memory, and where it came from. `wrapped` is what a key service made of it; such keys are kept in the database, as that. */
export type HeldKey = { readonly key: MasterKey; readonly source: SourceKind; readonly wrapped: string | null }

/** A key that a key service wrapped, as the database keeps it. */
export type WrappedKey = { readonly id: string; readonly wrapped: string }

/** Where master keys come from. Somebody who brings another key service writes one of these. */
export interface KeySource {
  readonly kind: SourceKind
  /**
   * Keys of this source, newest first. Called again and again: what changed in the meantime shows.
   * @throws KeysUnavailableError when they cannot be had, and have not been had recently enough
   */
  load(wrapped: readonly WrappedKey[]): Promise<readonly HeldKey[]>
  /**
   * Makes a new key, which comes first from then on.
   * @throws KeyNotMadeHereError where somebody else has to
   */
  make(): Promise<HeldKey>
  /** What is wrong while keys from memory keep things going; null: nothing. */
  readonly trouble: string | null
}
