import type { Holds } from '../incidents/index.ts'
import { rfc3339 } from '../lib/index.ts'
import type { Delete, Deletion, IsHeld } from '../lifecycle/index.ts'
import type { ConsentRooms } from './consent-rooms.ts'
import type { PublishingRooms } from './publishing-rooms.ts'

/** How what is kept about a connector that is gone is deleted, by the rooms that keep it. */
export function deletionWays(
  { vault, links, files }: Pick<ConsentRooms, 'vault' | 'links' | 'files'>,
  { directory, developers, review }: Pick<PublishingRooms, 'directory' | 'developers' | 'review'>,
): Readonly<Record<Deletion, Delete>> {
  return {
    // Accounts first: the secret of each is needed to ask its provider to take the tokens back.
    credentials: async ({ workspace, connector, at }) => {
      const accounts = await links.linked.unlinkEverybody(connector)
      const hadClient = await links.clients.end(workspace, connector, 'system')
      const { writes, keys, count } = await vault.forgetting(connector, at)
      // Of a release that waited when the connector went.
      const ofReviewers = await review.probeKeys.forgetting({ workspace, connector }, at)
      return { writes: [...writes, ...ofReviewers.writes], keys, count: accounts + count + ofReviewers.count + (hadClient ? 1 : 0) }
    },
    caches: async ({ workspace, connector }) => ({
      writes: [files.forgetting(connector), directory.forgettingPrepared(workspace, connector)],
      count: 2,
    }),
    // Names and descriptions in releases are part of the record of what was reviewed.
    marks: ({ workspace, connector, at }) => developers.brands.deleting(workspace, connector, at),
  }
}

/** A legal hold on the connector, or on its developer, keeps what would be deleted. */
export function heldBy(holds: Pick<Holds, 'heldUntil'>): IsHeld {
  return async ({ connector, developer }) => {
    const until = await holds.heldUntil(connector, developer)
    return until === null ? null : { hold: `until ${rfc3339(until)}` }
  }
}
