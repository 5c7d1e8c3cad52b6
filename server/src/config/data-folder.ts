import { accessSync, constants, mkdirSync } from 'node:fs'
import { Refusal } from '../lib/index.ts'

export class DataFolderError extends Refusal {
  override readonly name = 'DataFolderError'
  readonly code = 'config/data-folder'
  readonly status = 503
  readonly who = 'operator'
  constructor(folder: string, reason: string) {
    super(`The data folder ${folder} cannot be written (${reason}). Give Handfast a folder that its account may write, with HANDFAST_DATA or --data.`)
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'its account is not allowed to',
  EPERM: 'its account is not allowed to',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'there is a file of that name',
  ENOSPC: 'the disk is full',
}

/**
 * Makes the folder where it is missing, for its owner's eyes only, and makes sure that it can be written.
 * @throws DataFolderError
 */
export function prepareDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    const code = (error as { code?: string }).code ?? ''
    throw new DataFolderError(folder, reasons[code] ?? code)
  }
}
