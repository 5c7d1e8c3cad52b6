#!/usr/bin/env node
// The launcher: plain JavaScript that any Node can read, so that one too old for the sources starts them under the right one.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NEEDED = 24
const here = dirname(fileURLToPath(import.meta.url))
const given = process.argv.slice(2)
const isScript = given[0] === '--script'
const target = isScript ? join(here, given[1] ?? '') : join(here, 'server/src/cli/main.ts')
const args = isScript ? given.slice(2) : given

if (!existsSync(join(here, 'node_modules'))) {
  process.stderr.write('handfast: the dependencies are not installed yet. Run: npm ci\n')
  process.exit(2)
}

const major = Number(process.versions.node.split('.')[0])
const command = major >= NEEDED ? process.execPath : process.platform === 'win32' ? 'npx.cmd' : 'npx'
const prefix = major >= NEEDED ? [] : ['--yes', '--ignore-scripts=false', '-p', `node@${NEEDED}`, 'node']
if (major < NEEDED) {
  process.stderr.write(
    `handfast: Node ${process.versions.node} is too old for the sources; going on under Node ${NEEDED} (fetched once, then cached).\n`,
  )
}

const child = spawn(command, [...prefix, '--disable-warning=ExperimentalWarning', target, ...args], {
  stdio: 'inherit',
  env: { ...process.env, HANDFAST_LAUNCHED: '1' },
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('error', (error) => {
  process.stderr.write(`handfast: could not start ${command}: ${error.message}\nInstall Node ${NEEDED} or newer, then run the same command again.\n`)
  process.exit(3)
})
child.on('exit', (code, signal) => {
  if (signal !== null) {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name)
    process.kill(process.pid, signal)
  } else process.exit(code ?? 3)
})
