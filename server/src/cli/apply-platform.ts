import { House } from './house.ts'
import { type Handed, planPlatform } from './plan-platform.ts'
import { readPlatformFile } from './platform-file.ts'
import type { PlaceFlags } from './settings-options.ts'

export type AppliedPlatformFile = Handed & {
  /** False where it was only asked what would change. */
  readonly applied: boolean
  readonly changes: readonly string[]
}

/**
 * Applies a platform file, step by step. What stops half way is taken up by the next run, since each step looks at what is there.
 * @throws UsageError, ApiRefusedError, the refusals of opening a house
 */
export async function applyPlatform(file: string, flags: PlaceFlags, dryRun: boolean): Promise<AppliedPlatformFile> {
  const declared = readPlatformFile(file)
  const handed: Handed = { links: [], tokens: [] }
  await using house = await House.open(flags)
  const changes = await planPlatform(house, declared, handed)
  const told = changes.map(({ what }) => what)
  if (dryRun || changes.length === 0) return { applied: !dryRun, changes: told, ...handed }
  for (const change of changes) await change.run()
  const connectors = Object.fromEntries(declared.connectors.map(({ handout, digest }) => [handout.slug, digest]))
  const body = { digest: declared.digest, connectors, changes: changes.map(({ trace }) => trace) }
  await house.ask('/api/v1/platform', { method: 'PUT', body })
  return { applied: true, changes: told, ...handed }
}
