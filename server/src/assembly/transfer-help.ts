import type { TransferHelp } from '../developers/index.ts'
import type { Lifecycle } from '../lifecycle/index.ts'
import { type Terms, TermsNotAcceptedError } from '../terms/index.ts'

/** What the room of developers asks of others when something changes hands. They are built later, so they are asked for when it happens. */
export function transferHelp(
  rooms: () => { readonly terms: Pick<Terms, 'requireAcceptance' | 'acceptances'>; readonly lifecycle: Pick<Lifecycle, 'deciding' | 'statusOf'> },
): TransferHelp {
  return {
    async acceptanceOf(workspace, developer) {
      const { terms } = rooms()
      try {
        await terms.requireAcceptance(workspace, developer)
      } catch (error) {
        if (error instanceof TermsNotAcceptedError) return null
        throw error
      }
      const [newest] = await terms.acceptances(workspace, developer)
      return newest === undefined ? null : { id: newest.id, at: newest.at }
    },
    isOver: async (workspace, connector) => (await rooms().lifecycle.statusOf(workspace, connector)).status === 'removed',
    // Its entry tells the connector's log, so that what stood can be computed from the ledger alone.
    decided: (workspace, connector, transfer, { reason, by, at, facts }) =>
      rooms().lifecycle.deciding(
        { workspace, connector, kind: 'transfer', reason, decidedAs: ['operator'], by, at },
        { event: 'transfer.decided', subject: transfer, facts },
      ),
  }
}
