import { globSync, readFileSync } from 'node:fs'
import { ensureConsole } from './build-console.ts'
import { runTests } from './run-tests.ts'
import { repository } from './steps.ts'
import { closingLine } from './tally.ts'

// What `npm run soak` runs: the tests whose rounds are many, in their full size. `npm test` runs a hundredth of each. With arguments only those that they name.
const wanted = process.argv.slice(2)
const files = globSync('{contract,server,e2e,bench,chaos}/**/*.test.ts', { cwd: repository })
  .filter((file) => !file.includes('node_modules') && readFileSync(`${repository}${file}`, 'utf8').includes('rounds('))
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .toSorted()

if (files.length === 0) {
  process.stdout.write(`No test with rounds matches ${wanted.join(' ')}.\n`)
  process.exit(2)
}
process.stdout.write(`${files.map((file) => `  ${file}\n`).join('')}`)
process.env['HANDFAST_SOAK'] = '1'
await ensureConsole()
const { passed, failed, reasons } = await runTests(files)
if (reasons.length > 0) process.stdout.write(`\nNot good:\n${reasons.map((reason) => `  ${reason}\n`).join('')}`)
process.stdout.write(`\n${closingLine({ passed, failed })}\n`)
process.exitCode = failed === 0 && reasons.length === 0 ? 0 : 1
