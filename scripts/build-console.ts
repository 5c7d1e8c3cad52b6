import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('../console/', import.meta.url))
const lock = fileURLToPath(new URL('../package-lock.json', import.meta.url))
const dist = join(here, 'dist')
const mark = join(dist, '.digest')

/** Digest of everything that the built console is made of: names and bytes of its sources, and the locked versions. */
function sourceDigest(): string {
  const sources = ['src', 'public'].flatMap((folder) =>
    readdirSync(join(here, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  )
  const files = [...sources, ...['index.html', 'vite.config.ts', 'package.json'].map((name) => join(here, name)), lock]
  const hash = createHash('sha256')
  for (const file of files.filter((name) => existsSync(name)).toSorted()) {
    const bytes = readFileSync(file)
    hash.update(`${relative(here, file).replaceAll('\\', '/')} ${bytes.length}\n`).update(bytes)
  }
  return hash.digest('hex')
}

/**
 * Builds the console when its sources changed since the last time. The old build stays in place until the new one is whole, so that a
 * process which starts meanwhile never finds half a console.
 * @returns the folder with the built files
 */
export async function ensureConsole(): Promise<string> {
  // An installed package carries the built console and no sources.
  if (!existsSync(join(here, 'src'))) return dist
  const digest = sourceDigest()
  const isBuilt = () => existsSync(mark) && readFileSync(mark, 'utf8') === digest
  if (isBuilt()) return dist
  const { build } = await import('vite')
  const building = join(here, '.cache', `build-${process.pid}`)
  try {
    await build({ root: here, configFile: join(here, 'vite.config.ts'), logLevel: 'error', build: { outDir: building } })
    writeFileSync(join(building, '.digest'), digest)
    // Several processes may have begun at the same moment; what the first one put there is what the others made.
    if (!isBuilt()) {
      rmSync(dist, { recursive: true, force: true })
      renameSync(building, dist)
    }
  } catch (error) {
    if (!isBuilt()) throw error
  } finally {
    rmSync(building, { recursive: true, force: true })
  }
  return dist
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = await ensureConsole()
  process.stdout.write(`${folder}\n`)
}
