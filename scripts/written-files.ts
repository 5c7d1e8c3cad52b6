import { globSync } from 'node:fs'

const MADE = /^(?:node_modules|dist|data|\..*)$/

/**
 * The files that people wrote, below a folder: nothing that is installed, built or run there is entered, since it comes and goes while tests run.
 * @returns paths below the folder with slashes, in alphabetical order
 */
export function writtenFiles(folder: string, pattern: string): readonly string[] {
  return globSync(pattern, { cwd: folder, exclude: (path) => MADE.test(path.split(/[\\/]/).at(-1) ?? '') })
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted()
}
