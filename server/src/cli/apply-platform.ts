import { House } from './house.ts'
import { type Handed, planPlatform } from './plan-platform.ts'
import { readPlatformFile } from './platform-file.ts'
import type { PlaceFlags } from './settings-options.ts'

export type AppliedPlatformFile = Handed & {
  /** False where it was only asked what would change. */
  readonly applied: boolean
  readonly changes: readonly string[]
}

/** A step was refused after others were taken. What those handed out is shown once, so it must not be lost. */
export class HalfAppliedError extends Error {
  override readonly name = 'HalfAppliedError'
  readonly done: AppliedPlatformFile
  constructor(done: AppliedPlatformFile, cause: unknown) {
    super((cause as Error).message, { cause })
    this.done = done
  }
}

/**
 * Applies a platform file, step by step. What stops half way is taken up by the next run, since each step looks at what is there.
 * @throws HalfAppliedError with what was done before a step was refused; UsageError, the refusals of opening a house
 */
export async function applyPlatform(file: string, flags: PlaceFlags, dryRun: boolean): Promise<AppliedPlatformFile> {
  const declared = readPlatformFile(file)
  const handed: Handed = { links: [], tokens: [], registrations: [] }
  await using house = await House.open(flags)
  const changes = await planPlatform(house, declared, handed)
  const told = changes.map(({ what }) => what)
  if (dryRun || changes.length === 0) return { applied: !dryRun, changes: told, ...handed }
  for (const [at, change] of changes.entries()) {
    await change.run().catch((error) => {
      throw new HalfAppliedError({ applied: true, changes: told.slice(0, at), ...handed }, error)
    })
  }
  const connectors = Object.fromEntries(declared.connectors.map(({ handout, digest }) => [handout.slug, digest]))
  const body = { digest: declared.digest, connectors, changes: changes.map(({ trace }) => trace) }
  await house.ask('/api/v1/platform', { method: 'PUT', body })
  return { applied: true, changes: told, ...handed }
}
