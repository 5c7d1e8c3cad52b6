import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pack } from './pack.ts'
import { repository } from './steps.ts'

const folder = join(repository, 'dist/handfast')
const mark = join(folder, '.digest')

function sourceDigest(): string {
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

/**
 * Builds what `serve` runs, when its sources changed since the last time. It is the package that people install: a server that stays up is
 * started from plain JavaScript, because the machinery that reads TypeScript stays in memory for as long as the process.
 * @returns the file to start
 */
export async function ensureServer(): Promise<string> {
  const start = join(folder, 'lib/main.js')
  const digest = sourceDigest()
  if (existsSync(mark) && readFileSync(mark, 'utf8') === digest) return start
  const building = join(repository, 'dist', `.building-${process.pid}`)
  try {
    await pack(building)
    writeFileSync(join(building, '.digest'), digest)
    rmSync(folder, { recursive: true, force: true })
    renameSync(building, folder)
  } finally {
    rmSync(building, { recursive: true, force: true })
  }
  return start
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await ensureServer()
