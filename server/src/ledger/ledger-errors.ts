import { Refusal } from '../lib/index.ts'

/** Asked for a tile, a bundle or an entry that the signed tree does not have. */
export class LedgerMissingError extends Refusal {
  override readonly name = 'LedgerMissingError'
  readonly code = 'ledger/missing'
  readonly status = 404
  readonly who = 'operator'
  constructor(what: string) {
    super(`The ledger has no ${what}. What it has follows from the size in its latest checkpoint.`)
  }
}

/** An export is a whole; mixed with the files of another one it would not verify. */
export class LedgerFolderError extends Refusal {
  override readonly name = 'LedgerFolderError'
  readonly code = 'ledger/folder-not-empty'
  readonly status = 409
  readonly who = 'operator'
  constructor(folder: string) {
    super(`The folder ${folder} is not empty. Name a new one for the export.`)
  }
}

/**
 * What is stored contradicts what was signed: somebody changed entries, tiles or checkpoints, or an older database took the place of this one.
 * A fault, never a refusal. Nothing is signed from here on, because a log must not sign two trees that contradict each other.
 */
export class LedgerBrokenError extends Error {
  override readonly name = 'LedgerBrokenError'
}

/** An entry longer than a bundle can carry. Entries are facts, not contents, so this is a mistake of whoever records it. */
export class EntryTooLongError extends RangeError {
  override readonly name = 'EntryTooLongError'
}
