/**
 * What a verification can find. `key-unreadable`, `checkpoint-untrusted`: there is nothing to measure by. `entry-missing`, `entry-changed`,
 * `entry-added`, `entry-mislabelled`: entries. `bundle-unreadable`, `tile-missing`, `tile-changed`, `tile-added`: the published form.
 * `root-differs`: the whole does not lead to the signed root. `history-rewritten`: an older signed checkpoint contradicts what is there now.
 */
export type FindingKind =
  | 'key-unreadable'
  | 'checkpoint-untrusted'
  | 'entry-missing'
  | 'entry-changed'
  | 'entry-added'
  | 'entry-mislabelled'
  | 'bundle-unreadable'
  | 'tile-missing'
  | 'tile-changed'
  | 'tile-added'
  | 'root-differs'
  | 'history-rewritten'

/** `at`: a leaf index, a path below the log, or the size of a checkpoint. */
export type Finding = { readonly kind: FindingKind; readonly at: number | string; readonly message: string }

/** `size`: entries under the checkpoint. `pending`: entries that wait for the next one. `omitted`: findings beyond those listed. */
export type Report = {
  readonly verified: boolean
  readonly size: number
  readonly pending: number
  readonly findings: readonly Finding[]
  readonly omitted: number
}

const LISTED = 200

/** Gathers findings and lists the first ones, so that a log that is wrong all over does not fill the memory. */
export class Findings {
  readonly #listed: Finding[] = []
  #omitted = 0

  add(kind: FindingKind, at: number | string, message: string): void {
    if (this.#listed.length < LISTED) this.#listed.push({ kind, at, message })
    else this.#omitted++
  }

  report(size: number, pending = 0): Report {
    return { verified: this.#listed.length === 0, size, pending, findings: this.#listed, omitted: this.#omitted }
  }
}
