import Database from 'better-sqlite3'
import { Refusal } from '../../lib/index.ts'

export class DatabaseInUseError extends Refusal {
  override readonly name = 'DatabaseInUseError'
  readonly code = 'storage/in-use'
  readonly status = 409
  readonly who = 'operator'
  constructor(file: string) {
    super(
      `Another Handfast process is using this data folder (${file}). Stop that one first, or talk to it: commands that find a running server use its API.`,
    )
  }
}

/**
 * Holds a file for as long as this process lives. The lock is one of the operating system's, taken by SQLite itself on a file of its own,
 * so a killed process leaves nothing behind that has to be cleaned up. Returns the function that lets go.
 * @throws DatabaseInUseError when another process holds it
 */
export function lockFile(file: string): () => void {
  const lock = new Database(file, { timeout: 0 })
  try {
    lock.pragma('journal_mode = DELETE')
    lock.exec('begin exclusive')
  } catch (error) {
    lock.close()
    if ((error as { code?: string }).code === 'SQLITE_BUSY') throw new DatabaseInUseError(file)
    throw error
  }
  return () => lock.close()
}
