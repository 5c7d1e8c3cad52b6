import { ensureConsole } from './build-console.ts'
import { ensureServer } from './build-server.ts'
import { runTests } from './run-tests.ts'
import { checks, runSteps, type Step } from './steps.ts'
import { closingLine } from './tally.ts'

// What `npm test` runs. With arguments (paths, or options of vitest) only the tests that they name, without the checks before them.
const wanted = process.argv.slice(2)

const builds: readonly Step[] = [
  { name: 'console builds', run: async () => (await ensureConsole()) !== '' },
  { name: 'package builds', run: async () => (await ensureServer()) !== '' },
]
const steps = wanted.length === 0 ? [...checks, ...builds] : []
const failedSteps = await runSteps(steps)
const tests = await runTests(wanted)

const reasons = [...failedSteps.map((name) => `the step "${name}"`), ...tests.reasons]
if (reasons.length > 0) process.stdout.write(`\nNot good:\n${reasons.map((reason) => `  ${reason}\n`).join('')}`)
if (steps.length > 0) process.stdout.write(`\n${steps.length} checks and ${tests.passed + tests.failed} tests:`)
const total = { passed: steps.length - failedSteps.length + tests.passed, failed: failedSteps.length + tests.failed }
process.stdout.write(`\n${closingLine(total)}\n`)
process.exitCode = total.failed === 0 ? 0 : 1
