#!/usr/bin/env node
// The installed command: plain JavaScript that any Node can read, so that one too old gets a sentence instead of a stack.
import { existsSync } from 'node:fs'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const built = new URL('../lib/main.js', import.meta.url)

if (!existsSync(built)) {
  await import('../../launch.mjs') // in the repository, which runs its sources
} else if (major < 22 || (major === 22 && minor < 19)) {
  const again = ['npx', '-y', '-p', 'node@24', '-p', 'handfast', 'handfast', ...process.argv.slice(2)].join(' ')
  process.stderr.write(`handfast: Node ${process.versions.node} is too old; 22.19 or newer is needed. This runs it under Node 24:\n  ${again}\n`)
  process.exitCode = 2
} else {
  await import(built.href)
}
