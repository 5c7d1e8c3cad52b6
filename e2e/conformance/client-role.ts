import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { type Counts, runSuite } from './suite.ts'

const driver = fileURLToPath(new URL('./client-driver.ts', import.meta.url))
const built = fileURLToPath(new URL('../dist/conformance-client.mjs', import.meta.url))

/** The suite as connector, driven by our connector-side client. It starts the client once for each scenario, so the client is built into one file first. */
export async function clientRole(revision: '2026-07-28' | '2025-11-25' | '2025-06-18', one?: string): Promise<Counts> {
  await build({
    entryPoints: [driver],
    outfile: built,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node22',
    logLevel: 'error',
  })
  const which =
    one !== undefined
      ? ['--scenario', one, '--spec-version', revision]
      : revision === '2025-06-18'
        ? ['--suite', 'core', '--spec-version', revision]
        : ['--requirements', revision]
  return await runSuite(['client', '--timeout', '20000', '--command', `${process.execPath} ${built}`, ...which], 600_000)
}
