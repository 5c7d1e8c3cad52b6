import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '../../server/src/storage/index.ts'
import type { TestDatabaseKind } from '../../server/test/databases.ts'

/** An embedded database of its own, for a Handfast that no test framework starts. */
export const embedded: TestDatabaseKind = {
  name: 'sqlite',
  open: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'handfast-conformance-'))
    const place = { kind: 'sqlite' as const, file: join(folder, 'handfast.db') }
    await migrate(place)
    return { place, [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }) }
  },
}
