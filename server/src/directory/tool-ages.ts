import type { ReleaseContent } from '@handfast/contract'
import type { ConnectorId } from '../lib/index.ts'
import type { Storage } from '../storage/index.ts'

/** When a connector gained its tools. */
export type ToolAges = {
  /** When its first release was approved. */
  readonly first: number
  /** By `name effect`: a tool that comes to do more is another tool. One that was gone and came back counts from when it came back. */
  readonly since: ReadonlyMap<string, number>
}

/**
 * Read from the approved releases, in the order of their approval. By the connector's id alone: the directory is one, whoever asks.
 */
export async function readToolAges({ db }: Storage, connector: ConnectorId): Promise<ToolAges> {
  const approvals = await db
    .selectFrom('decisions')
    .select(['release_id', 'at'])
    .where('connector_id', '=', connector)
    .where('kind', '=', 'approve')
    .orderBy('id')
    .execute()
  let since: ReadonlyMap<string, number> = new Map()
  for (const { release_id, at } of approvals) {
    const row = await db
      .selectFrom('releases')
      .select('content')
      .where('connector_id', '=', connector)
      .where('id', '=', release_id ?? '')
      .executeTakeFirst()
    if (row === undefined) continue
    const { tools } = JSON.parse(row.content) as ReleaseContent
    since = new Map(tools.map(({ name, effect }) => [`${name} ${effect}`, since.get(`${name} ${effect}`) ?? at]))
  }
  return { first: approvals[0]?.at ?? 0, since }
}
