import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { repository, runTool } from './steps.ts'
import { type Tally, type TestReport, tally } from './tally.ts'

/** Where Node keeps what it compiled: each file is tested in a process of its own, and each would compile the same packages again. */
const compiled = join(repository, 'node_modules/.cache/compiled')

/** Runs vitest with these paths or options, shows what it prints, and counts. */
export async function runTests(args: readonly string[]): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'handfast-report-'))
  const file = join(folder, 'report.json')
  try {
    // Two files at a time: each starts servers and databases of its own, and more of them than processors would only wait for each other.
    const options = ['--maxWorkers=2', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const exitCode = await runTool('vitest/vitest.mjs', ['run', ...options, ...args], { NODE_COMPILE_CACHE: compiled, ...process.env })
    return tally(existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as TestReport) : null, exitCode)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
