import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { repository } from './steps.ts'

/** Where the package lies that `serve` runs from, once it is built. */
export const builtFolder = join(repository, 'dist/handfast')
/** Holds the digest of what it was built from. */
const mark = join(builtFolder, '.digest')

export function sourceDigest(): string {
  const hash = createHash('sha256')
  const sources = ['server/src', 'contract/src', 'console/src', 'console/public'].flatMap((part) =>
    readdirSync(join(repository, part), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
      .map((entry) => join(entry.parentPath, entry.name)),
  )
  const others = ['package-lock.json', 'server/package.json', 'console/index.html', 'console/vite.config.ts', 'scripts/pack.ts']
  for (const file of [...sources, ...others.map((name) => join(repository, name))].toSorted()) {
    const bytes = readFileSync(file)
    hash.update(`${relative(repository, file)} ${bytes.length}\n`).update(bytes)
  }
  return hash.digest('hex')
}

/** The file that starts the package, or null where it is not built from the sources as they are now. */
export function builtServer(digest: string = sourceDigest()): string | null {
  return existsSync(mark) && readFileSync(mark, 'utf8') === digest ? join(builtFolder, 'lib/main.js') : null
}
