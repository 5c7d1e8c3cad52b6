import { clientRole } from '../e2e/conformance/client-role.ts'
import { embedded } from '../e2e/conformance/own-house.ts'
import { REVISIONS, serverRole } from '../e2e/conformance/server-role.ts'
import type { Counts } from '../e2e/conformance/suite.ts'

// What `npm run conformance` runs: the public suite through the gateway, as assistant and as connector. With --json one object on standard output.
const json = process.argv.includes('--json')
const only = process.argv.find((argument) => argument.startsWith('--role='))?.slice('--role='.length)
const say = (line: string): void => void (json || process.stdout.write(`${line}\n`))

const roles = { server: (revision: (typeof REVISIONS)[number]) => serverRole(embedded, revision), client: clientRole }
const report: Record<string, Record<string, Counts>> = {}
for (const [role, run] of Object.entries(roles)) {
  if (only !== undefined && only !== role) continue
  report[role] = {}
  for (const revision of REVISIONS) {
    const counts = await run(revision)
    report[role][revision] = counts
    say(`${role}, ${revision}: ${counts.passed} of ${counts.required} required scenarios pass`)
    for (const { name, passed, failures, unscored } of counts.scenarios) {
      if (passed && failures.length === 0) continue
      say(`  ${passed ? '~' : '✗'} ${name}${unscored === undefined ? '' : ` (not scored: ${unscored})`}`)
      for (const failure of failures) say(`      ${failure.slice(0, 300)}`)
    }
  }
}
if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
const failed = Object.values(report).flatMap((revisions) => Object.values(revisions).map((counts) => counts.failed))
process.exitCode = failed.some((count) => count > 0) ? 1 : 0
