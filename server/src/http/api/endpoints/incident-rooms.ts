import type { Developers } from '../../../developers/index.ts'
import type { ConnectorStanding, Directory } from '../../../directory/index.ts'
import type { Complaints, FeedbackBox, Holds, Incidents, SecurityTxtLooks, SelfAssessments } from '../../../incidents/index.ts'
import type { ConnectorId, WorkspaceId } from '../../../lib/index.ts'
import type { Caller } from '../caller.ts'
import { openInside } from './connector-access.ts'

/** What goes wrong, what others complain about, and what has to be kept. */
export type IncidentRooms = {
  readonly incidents: Incidents
  readonly complaints: Complaints
  readonly feedback: FeedbackBox
  readonly holds: Holds
  readonly selfAssessments: SelfAssessments
  readonly securityTxt: SecurityTxtLooks
  readonly directory: Directory
  readonly developers: Developers
  /** The first workspace: it publishes the directory, and what strangers hand in goes there. */
  readonly home: WorkspaceId
}

/** Connectors whose developers somebody belongs to. */
export async function ownConnectors(
  { developers, directory }: Pick<IncidentRooms, 'developers' | 'directory'>,
  caller: Caller,
): Promise<readonly ConnectorStanding[]> {
  const own = new Set((await developers.listOf(caller.workspace, caller.user)).map(({ id }) => id))
  if (own.size === 0) return []
  const found: ConnectorStanding[] = []
  for (let after: string | null = null; ; ) {
    const page: readonly ConnectorStanding[] = await directory.list(caller.workspace, after, 200)
    found.push(...page.filter(({ developer }) => own.has(developer)))
    const last = page.at(-1)
    if (last === undefined || page.length < 200) return found
    after = last.connector
  }
}

/** Short names of connectors by their ids, for what is shown. */
export function slugs({ directory }: Pick<IncidentRooms, 'directory'>): (connector: ConnectorId | null) => Promise<string | null> {
  return async (connector) => (connector === null ? null : (await directory.standing(connector)).slug)
}

/** Which connectors a list may be about: null is all of them. @throws ConnectorNotFoundError */
export async function narrowedTo(
  rooms: IncidentRooms,
  caller: Caller,
  slug: string | undefined,
  isAllowedAll: boolean,
): Promise<readonly string[] | null> {
  if (slug !== undefined) return [(await openInside(rooms, slug, caller)).connector]
  return isAllowedAll ? null : (await ownConnectors(rooms, caller)).map(({ connector }) => connector)
}
