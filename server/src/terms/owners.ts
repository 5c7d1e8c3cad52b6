import type { ConnectorId, DeveloperId, WorkspaceId } from '../lib/index.ts'
import type { Party } from './change-store.ts'

/** A connector that changed hands, as the room that keeps transfers says it. */
export type HandedOver = { readonly at: number; readonly from: DeveloperId; readonly to: DeveloperId }
/** From the room that keeps transfers: each time at which a connector changed hands, the earliest first. */
export type HandedOverOf = (workspace: WorkspaceId, connector: ConnectorId) => Promise<readonly HandedOver[]>

/** For how long a connector was a developer's. `until`: the moment from which it was another's; null: it still is. */
export type Tenure = { readonly developer: DeveloperId; readonly since: number; readonly until: number | null }

/** Whose a connector was, the first one first: what one developer agreed to binds nobody who had it before or has it after (clause 7d-assignment). */
export function tenuresOf({ developer, createdAt }: Pick<Party, 'developer' | 'createdAt'>, handedOver: readonly HandedOver[]): readonly Tenure[] {
  const owners = [handedOver[0]?.from ?? developer, ...handedOver.map(({ to }) => to)]
  return owners.map((owner, at) => ({
    developer: owner,
    since: handedOver[at - 1]?.at ?? createdAt,
    until: handedOver[at]?.at ?? null,
  }))
}

/** Whose it was at a time; undefined before there was such a connector. */
export function tenureAt(tenures: readonly Tenure[], at: number): Tenure | undefined {
  return tenures.find(({ since, until }) => since <= at && (until === null || at < until))
}
