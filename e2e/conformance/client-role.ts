import { fileURLToPath } from 'node:url'
import { type Counts, runSuite } from './suite.ts'

const driver = fileURLToPath(new URL('./client-driver.ts', import.meta.url))

/** The suite as connector, driven by our connector-side client. */
export async function clientRole(revision: '2026-07-28' | '2025-11-25' | '2025-06-18', one?: string): Promise<Counts> {
  const which =
    one !== undefined
      ? ['--scenario', one, '--spec-version', revision]
      : revision === '2025-06-18'
        ? ['--suite', 'core', '--spec-version', revision]
        : ['--requirements', revision]
  return await runSuite(['client', '--timeout', '20000', '--command', `${process.execPath} ${driver}`, ...which], 600_000)
}
