import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runTool } from './steps.ts'
import { type Tally, type TestReport, tally } from './tally.ts'

/** Runs vitest with these paths or options, shows what it prints, and counts. */
export async function runTests(args: readonly string[]): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'handfast-report-'))
  const file = join(folder, 'report.json')
  try {
    // Two files at a time: each starts servers and databases of its own, and more of them than processors would only wait for each other.
    const options = ['--maxWorkers=2', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const exitCode = await runTool('vitest/vitest.mjs', ['run', ...options, ...args])
    return tally(existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as TestReport) : null, exitCode)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
