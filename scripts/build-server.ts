import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { builtFolder, builtServer, sourceDigest } from './built-server.ts'
import { pack } from './pack.ts'
import { repository } from './steps.ts'

/**
 * Builds what `serve` runs, when its sources changed since the last time. It is the package that people install: a server that stays up is
 * started from plain JavaScript, because the machinery that reads TypeScript stays in memory for as long as the process.
 * @returns the file to start
 */
export async function ensureServer(): Promise<string> {
  const digest = sourceDigest()
  const built = builtServer(digest)
  if (built !== null) return built
  const building = join(repository, 'dist', `.building-${process.pid}`)
  try {
    await pack(building)
    writeFileSync(join(building, '.digest'), digest)
    rmSync(builtFolder, { recursive: true, force: true })
    renameSync(building, builtFolder)
  } finally {
    rmSync(building, { recursive: true, force: true })
  }
  return join(builtFolder, 'lib/main.js')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await ensureServer()
