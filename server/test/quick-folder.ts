import { accessSync, constants, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'

/** What the databases of two test files at a time take at most, several times over. */
const ENOUGH = 2 * 1024 ** 3

/**
 * Where tests keep what is gone a moment later: in memory where the machine offers that and has room, else among its temporary files. Each database
 * is some hundred files, and file systems take long over so many that come and go.
 */
export const quickFolder: string = inMemory() ?? tmpdir()

function inMemory(): string | undefined {
  const folder = '/dev/shm'
  try {
    accessSync(folder, constants.W_OK)
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize >= ENOUGH ? folder : undefined
  } catch {
    return undefined
  }
}
