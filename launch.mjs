#!/usr/bin/env node
// The launcher: plain JavaScript that any Node can read, so that one too old for the sources starts them under the right one.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NEEDED = 24
const here = dirname(fileURLToPath(import.meta.url))
const given = process.argv.slice(2)
const isScript = given[0] === '--script'
// A server that stays up runs as built JavaScript; everything else runs as it is written.
const isServer = given[0] === 'serve'
const target = join(here, isScript ? (given[1] ?? '') : isServer ? 'dist/handfast/lib/main.js' : 'server/src/cli/main.ts')
const args = isScript ? given.slice(2) : given

if (!existsSync(join(here, 'node_modules'))) {
  process.stderr.write('handfast: the dependencies are not installed yet. Run: npm ci\n')
  process.exit(2)
}

const major = Number(process.versions.node.split('.')[0])
const command = major >= NEEDED ? process.execPath : process.platform === 'win32' ? 'npx.cmd' : 'npx'
const node = [
  ...(major >= NEEDED ? [] : ['--yes', '--ignore-scripts=false', '-p', `node@${NEEDED}`, 'node']),
  '--disable-warning=ExperimentalWarning',
]
if (major < NEEDED) {
  process.stderr.write(
    `handfast: Node ${process.versions.node} is too old for the sources; going on under Node ${NEEDED} (fetched once, then cached).\n`,
  )
}

const env = { ...process.env, HANDFAST_LAUNCHED: '1' }
// A word to glibc, where that is below: otherwise each of a dozen threads keeps a heap of its own, most of it empty once the server is up.
if (isServer) env.MALLOC_ARENA_MAX ??= '2'
if (isServer) {
  const built = spawnSync(command, [...node, join(here, 'scripts/build-server.ts')], { stdio: ['ignore', 'inherit', 'inherit'], env })
  if (built.error !== undefined) failed(built.error)
  if (built.status !== 0) process.exit(built.status ?? 3)
}

// A small nursery for objects: a server under load then holds a third less memory, at no measurable cost.
const flags = isServer ? ['--max-semi-space-size=8'] : []
const child = spawn(command, [...node, ...flags, target, ...args], { stdio: 'inherit', env })
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
// A terminal sends Ctrl-C to both of us; passing it on would make it two, and the second one means at once.
process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
child.on('error', failed)
child.on('exit', (code, signal) => {
  if (signal !== null) {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name)
    process.kill(process.pid, signal)
  } else process.exit(code ?? 3)
})

function failed(error) {
  process.stderr.write(`handfast: could not start ${command}: ${error.message}\nInstall Node ${NEEDED} or newer, then run the same command again.\n`)
  process.exit(3)
}
