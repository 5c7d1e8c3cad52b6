import type { Enablement } from '../consent/index.ts'
import type { ConnectorStanding, Directory } from '../directory/index.ts'

const nothing: ReadonlySet<string> = new Set()

/**
 * Names of tools that are new, or reach further, since the release that the person agreed to: they are off until the person has looked (clause
 * 3c-privacy: processing stays within what was authorised). Nothing is waited for where the release is the same, or was compared before.
 */
export function notAgreed(
  { growths }: Directory,
  enablement: Enablement | undefined,
  { workspace, release }: Pick<ConnectorStanding, 'workspace' | 'release'>,
): ReadonlySet<string> | Promise<ReadonlySet<string>> {
  if (enablement === undefined || release === null || enablement.release === release.id) return nothing
  return growths.peek(enablement.release, release)?.names ?? growths.since(workspace, enablement.release, release).then(({ names }) => names)
}
