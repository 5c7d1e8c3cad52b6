import type { LedgerEvent } from '@handfast/contract'
import { record } from '../ledger/index.ts'
import { type Clock, type ConnectorId, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Enforcement, Storage, Write } from '../storage/index.ts'
import { type DecidedAs, type Side, sideOf, sidesOf } from './decision.ts'
import { addDecision, decisionsIn, decisionsOf, type NewDecision, type PlacedDecision, releaseDigests, wholeDecision } from './decision-store.ts'
import { ConnectorRemovedError, LifecycleNoChangeError } from './lifecycle-errors.ts'
import { type StandingStatus, statusOf } from './status.ts'

/** Who stops or starts a connector, in what role, and why. */
export type Steering = {
  readonly workspace: WorkspaceId
  readonly connector: ConnectorId
  readonly by: UserId
  /** Never empty: whoever is neither operator nor a member of the developer does not come this far. */
  readonly decidedAs: readonly DecidedAs[]
  readonly reason: string
}

export interface Lifecycle {
  /** What stands today, computed from the log. */
  statusOf(workspace: WorkspaceId, connector: ConnectorId): Promise<StandingStatus>
  /** The log itself, oldest first. */
  decisions(workspace: WorkspaceId, connector: ConnectorId): Promise<readonly PlacedDecision[]>
  /** Those about all connectors, newest first. `before`: the id of the last one seen. */
  allDecisions(workspace: WorkspaceId, before: string | null, limit: number): ReturnType<typeof decisionsIn>
  /** The statement that adds a decision, for the transaction of what is decided. */
  add(decision: NewDecision): Write
  /**
   * Stops all calls, on every node, before this returns.
   * @throws ConnectorRemovedError, LifecycleNoChangeError
   */
  suspend(steering: Steering): Promise<void>
  /** Lifts the suspension of the side that asks. @throws ConnectorRemovedError, LifecycleNoChangeError */
  reinstate(steering: Steering): Promise<void>
  /** Ends the connector for good. @throws ConnectorRemovedError when it already is */
  remove(steering: Steering): Promise<void>
}

const otherSide: Readonly<Record<Side, Side>> = { operator: 'developer', developer: 'operator' }

/** May it run today? (clause 2d-remove) */
export function createLifecycle(needs: { storage: Storage; clock: Clock; enforcement: Enforcement }): Lifecycle {
  const { storage, clock, enforcement } = needs

  async function stands(workspace: WorkspaceId, connector: ConnectorId): Promise<StandingStatus> {
    const [decisions, releases] = await Promise.all([decisionsOf(storage, workspace, connector), releaseDigests(storage, workspace, connector)])
    return statusOf(decisions, releases, clock.now())
  }

  async function standsUnremoved(steering: Steering): Promise<StandingStatus> {
    const standing = await stands(steering.workspace, steering.connector)
    if (standing.status === 'removed') throw new ConnectorRemovedError()
    return standing
  }

  async function decide(kind: 'suspend' | 'reinstate' | 'remove', event: LedgerEvent, steering: Steering): Promise<void> {
    const at = clock.now()
    const { workspace, connector, by, decidedAs, reason } = steering
    // The reason is kept beside the decision; the ledger, from which nothing can be erased, commits to it by its digest.
    const facts = { decidedAs, reasonSha256: sha256(reason) }
    await enforcement.change(
      [
        addDecision(storage.db, wholeDecision({ ...steering, kind, at })),
        record(storage.db, { event, workspace, subject: connector, by, at, facts }),
      ],
      [`connector:${connector}`],
    )
  }

  return {
    statusOf: stands,
    decisions: (workspace, connector) => decisionsOf(storage, workspace, connector),
    allDecisions: (workspace, before, limit) => decisionsIn(storage, workspace, before, limit),
    add: (decision) => addDecision(storage.db, wholeDecision(decision)),

    async suspend(steering) {
      const { suspendedBy } = await standsUnremoved(steering)
      if (suspendedBy.includes(sideOf(steering.decidedAs))) throw new LifecycleNoChangeError('This connector is already suspended.', 'operator')
      await decide('suspend', 'connector.suspended', steering)
    },

    async reinstate(steering) {
      const { suspendedBy } = await standsUnremoved(steering)
      const sides = sidesOf(steering.decidedAs)
      if (!suspendedBy.some((side) => sides.includes(side))) {
        const holder = sides.map((side) => otherSide[side]).find((side) => suspendedBy.includes(side))
        throw holder === undefined
          ? new LifecycleNoChangeError('This connector is not suspended.', 'operator')
          : new LifecycleNoChangeError(`The ${holder} suspended this connector, so only the ${holder} can reinstate it.`, holder)
      }
      await decide('reinstate', 'connector.reinstated', steering)
    },

    async remove(steering) {
      await standsUnremoved(steering)
      await decide('remove', 'connector.removed', steering)
    },
  }
}
