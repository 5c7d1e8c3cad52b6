import { readFileSync } from 'node:fs'
import type { Proofs } from './coverage.ts'
import { packFile } from './pack/load-pack.ts'

/**
 * Which tests prove a control, as collected from the test files when this release was made. The file is written by `server/test/pins.test.ts` and
 * travels with the package, which has no tests in it.
 */
export function readProofs(): Proofs {
  return JSON.parse(readFileSync(packFile('proofs.json'), 'utf8')) as Proofs
}
