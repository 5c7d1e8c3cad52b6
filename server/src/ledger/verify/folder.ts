import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FetchBytes } from './verify-log.ts'

/** Reads an exported log. */
export function fromFolder(folder: string): FetchBytes {
  return async (path) => {
    try {
      return await readFile(join(folder, path))
    } catch (error) {
      const code = (error as { code?: string }).code
      if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return null
      throw error
    }
  }
}
