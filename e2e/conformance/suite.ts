import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json'))
const program = join(root, 'dist/index.js')
/** Nothing is expected to fail; the file says so to whoever runs the suite by hand. */
export const expectedFailures: string = fileURLToPath(new URL('./expected-failures.yaml', import.meta.url))

export type Scenario = {
  readonly name: string
  readonly passed: boolean
  /** Checks that failed, each with what it says. */
  readonly failures: readonly string[]
  /** Why it does not count, where it does not. */
  readonly unscored?: string
}

export type Counts = { readonly passed: number; readonly failed: number; readonly required: number; readonly scenarios: readonly Scenario[] }

type Check = { readonly id: string; readonly status: string; readonly errorMessage?: string }

/**
 * Runs the published suite with these arguments and reads what it found.
 * @param limit milliseconds for all of it
 */
export async function runSuite(args: readonly string[], limit: number): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'handfast-conformance-'))
  try {
    const said = await run([...args, '-o', folder], limit)
    const unscored = new Map([...said.matchAll(/^ {2}[✓✗] (\S+) \(([a-z-]+)\)$/gmu)].map(([, name = '', reason = '']) => [name, reason]))
    const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => basename(path) === 'checks.json')
    const scenarios = found.map((path) => scenarioOf(folder, dirname(path), unscored)).toSorted((a, b) => (a.name < b.name ? -1 : 1))
    if (scenarios.length === 0) throw new Error(`The suite ran nothing:\n${said.slice(-2_000)}`)
    const scored = scenarios.filter(({ unscored: reason }) => reason === undefined)
    const passed = scored.filter((scenario) => scenario.passed).length
    return { passed, failed: scored.length - passed, required: scored.length, scenarios }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function scenarioOf(folder: string, entry: string, unscored: ReadonlyMap<string, string>): Scenario {
  const name = entry.replace(/^(?:server|client)-/, '').replace(/-\d{4}-\d{2}-\d{2}T[\d-]+Z$/, '')
  const checks = JSON.parse(readFileSync(join(folder, entry, 'checks.json'), 'utf8')) as readonly Check[]
  const bad = checks.filter(({ status }) => status === 'FAILURE' || status === 'WARNING')
  const reason = unscored.get(name)
  return {
    name,
    passed: !bad.some(({ status }) => status === 'FAILURE') && checks.length > 0,
    failures: bad.map(({ id, status, errorMessage = '' }) => `${status === 'WARNING' ? '(a warning) ' : ''}${id}: ${errorMessage}`),
    ...(reason === undefined ? {} : { unscored: reason }),
  }
}

function run(args: readonly string[], limit: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { cwd: dirname(expectedFailures), timeout: limit })
    const said: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      const text = Buffer.concat(said).toString('utf8')
      if (signal !== null) reject(new Error(`The suite was stopped after ${limit} ms.\n${text.slice(-2_000)}`))
      // 1: something failed, which the checks tell more about.
      else if (code === 0 || code === 1) resolve(text)
      else reject(new Error(`The suite ended with ${code}.\n${text.slice(-2_000)}`))
    })
  })
}
