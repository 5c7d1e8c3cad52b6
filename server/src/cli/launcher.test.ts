import { execFile } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/command.ts'

const launcher = pathToFileURL(`${import.meta.dirname}/../../../launch.mjs`).href

/** Runs the launcher as if under another Node, with an npx that only says what it was asked for and ends with 7. */
async function launched(version: string, args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  using folder = temporaryFolder()
  writeFileSync(folder.in('npx'), '#!/bin/sh\necho "npx $*"\nexit 7\n')
  chmodSync(folder.in('npx'), 0o755)
  const pretend = `Object.defineProperty(process.versions, 'node', { value: '${version}' }); await import('${launcher}')`
  const env = { PATH: `${folder.path}:${dirname(process.execPath)}:/usr/bin:/bin` }
  return await promisify(execFile)(process.execPath, ['--input-type=module', '-e', pretend, 'launch.mjs', ...args], { env }).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, out: error.stdout, err: error.stderr }),
  )
}

describe('the launcher', () => {
  it('goes on under a Node that can run the sources, says so in one line, and passes on how it ended', async () => {
    const { code, out, err } = await launched('20.20.2', ['token', 'list', '--json'])

    expect(err).toBe('handfast: Node 20.20.2 is too old for the sources; going on under Node 24 (fetched once, then cached).\n')
    expect(out).toMatch(/^npx --yes .*-p node@24 node .*server\/src\/cli\/main\.ts token list --json\n$/)
    expect(code).toBe(7)
  })

  it('starts at once where Node is new enough', async () => {
    const { code, out, err } = await launched(process.versions.node, ['--version'])

    expect([code, out, err]).toEqual([0, '0.1.0\n', ''])
  })
})
