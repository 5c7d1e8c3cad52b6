import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureConsole } from './build-console.ts'
import { checks, runSteps, runTool, type Step } from './steps.ts'
import { closingLine, type Tally, type TestReport, tally } from './tally.ts'

// What `npm test` runs. With arguments (paths, or options of vitest) only the tests that they name, without the checks before them.
const wanted = process.argv.slice(2)

const console: Step = { name: 'console builds', run: async () => (await ensureConsole()) !== '' }
const steps = wanted.length === 0 ? [...checks, console] : []
const failedSteps = await runSteps(steps)
const tests = await runTests(wanted)

const reasons = [...failedSteps.map((name) => `the step "${name}"`), ...tests.reasons]
if (reasons.length > 0) process.stdout.write(`\nNot good:\n${reasons.map((reason) => `  ${reason}\n`).join('')}`)
if (steps.length > 0) process.stdout.write(`\n${steps.length} checks and ${tests.passed + tests.failed} tests:`)
const total = { passed: steps.length - failedSteps.length + tests.passed, failed: failedSteps.length + tests.failed }
process.stdout.write(`\n${closingLine(total)}\n`)
process.exitCode = total.failed === 0 ? 0 : 1

async function runTests(args: readonly string[]): Promise<Tally> {
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
