import type { ConnectorId, DeveloperId, WorkspaceId } from '../lib/index.ts'
import type { Storage } from '../storage/index.ts'
import { readParties } from './change-store.ts'
import type { Surroundings } from './in-force.ts'
import { readBound } from './terms-store.ts'

type Needs = Pick<Surroundings, 'stoodAt'> & {
  readonly storage: Storage
  readonly nameOf: (workspace: WorkspaceId, developer: DeveloperId) => Promise<string>
}

/** Who is told of a change: every developer who accepted terms, as the notices find them; with the connectors about which an agreement is in force. */
export async function recipientsOf({ storage, stoodAt, nameOf }: Needs, workspace: WorkspaceId, now: number) {
  const found = new Map<DeveloperId, string[]>()
  for await (const developer of inPages(
    (after) => readBound(storage, workspace, after, PAGE),
    (one) => one,
  ))
    found.set(developer, [])
  for await (const { connector, developer, slug } of inPages((after) => readParties(storage, workspace, after, PAGE), partyId)) {
    const { ended } = await stoodAt(workspace, connector, now)
    if (!ended) found.get(developer)?.push(slug)
  }
  return Promise.all([...found].map(async ([developer, connectors]) => ({ developer, name: await nameOf(workspace, developer), connectors })))
}

const PAGE = 200
const partyId = ({ connector }: { readonly connector: ConnectorId }) => connector

async function* inPages<One>(read: (after: string | null) => Promise<readonly One[]>, position: (one: One) => string): AsyncGenerator<One> {
  for (let after: string | null = null; ; ) {
    const page: readonly One[] = await read(after)
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    after = position(last)
  }
}
