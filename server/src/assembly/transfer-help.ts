import type { TransferHelp } from '../developers/index.ts'
import type { Lifecycle } from '../lifecycle/index.ts'
import { covers, type Terms } from '../terms/index.ts'

/** What the room of developers asks of others when something changes hands. They are built later, so they are asked for when it happens. */
export function transferHelp(
  rooms: () => { readonly terms: Pick<Terms, 'bundle' | 'acceptances'>; readonly lifecycle: Pick<Lifecycle, 'deciding' | 'decisions' | 'statusOf'> },
): TransferHelp {
  return {
    async acceptanceOf(workspace, developer, since) {
      const { terms } = rooms()
      const [bundle, all] = await Promise.all([terms.bundle(workspace), terms.acceptances(workspace, developer)])
      const counted = all.filter(({ at }) => since === null || at > since)
      const documents = counted.flatMap((one) => one.documents)
      return covers(documents, bundle) ? (counted[0]?.id ?? null) : null
    },
    isOver: async (workspace, connector) => (await rooms().lifecycle.statusOf(workspace, connector)).status === 'removed',
    // Its entry tells the connector's log, so that what stood can be computed from the ledger alone.
    async decided(workspace, connector, transfer, { reason, by, at, facts }) {
      const { lifecycle } = rooms()
      // It sorts after what was read: whose a release was is told by its place in the log.
      await lifecycle.decisions(workspace, connector)
      return lifecycle.deciding(
        { workspace, connector, kind: 'transfer', reason, decidedAs: ['operator'], by, at },
        { event: 'transfer.decided', subject: transfer, facts },
      )
    },
  }
}
