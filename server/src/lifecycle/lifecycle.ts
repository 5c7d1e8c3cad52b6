import type { ConnectorId, DecisionId, WorkspaceId } from '../lib/index.ts'
import type { Handlers } from '../schedule/index.ts'
import type { Write } from '../storage/index.ts'
import type { Agreement } from './agreement.ts'
import { type DecisionEntry, deciding } from './deciding.ts'
import type { DecisionKind } from './decision.ts'
import { decisionsIn, decisionsOf, type NewDecision, openAppealsIn, type PlacedDecision, readDecision, withheldIn } from './decision-store.ts'
import { type DeletionState, deletionStates } from './deletions.ts'
import { agreeWithdrawal, askWithdrawal, endAtOnce, type GivingNotice, giveNotice } from './ending.ts'
import { type DeletionNeeds, lifecycleHandlers } from './lifecycle-handlers.ts'
import { type LookingAgain, lookAgain } from './look-again.ts'
import { type LifecycleNeeds, type Steering, type Whole, wholeOf } from './room.ts'
import type { StandingStatus } from './status.ts'
import { type SteeringKind, steer, steeringWrites, type ToolSteering } from './steer.ts'
import { type ToolReason, toolsWrites } from './steer-tools.ts'

/** May it run today, and under which agreement? (clauses 2d-remove, 5a, 5b-survival) */
export interface Lifecycle {
  /** What stands, computed from the log. */
  statusOf(workspace: WorkspaceId, connector: ConnectorId): Promise<StandingStatus>
  /** Where its agreement stands. */
  agreementOf(workspace: WorkspaceId, connector: ConnectorId): Promise<Agreement>
  /** Both, and the log. */
  wholeOf(workspace: WorkspaceId, connector: ConnectorId): Promise<Whole>
  /** The log itself, oldest first. */
  decisions(workspace: WorkspaceId, connector: ConnectorId): Promise<readonly PlacedDecision[]>
  decision(workspace: WorkspaceId, id: DecisionId): Promise<PlacedDecision | undefined>
  /** Those about all connectors, newest first. `before`: the id of the last one seen. */
  allDecisions(workspace: WorkspaceId, before: string | null, limit: number, kinds?: readonly DecisionKind[]): ReturnType<typeof decisionsIn>
  /** Those with a reason that a law forbade to tell, told since or not, newest first. */
  withheldDecisions(workspace: WorkspaceId, before: string | null, limit: number): ReturnType<typeof decisionsIn>
  /** Appeals that nobody answered, the oldest first. `after`: the id of the last one seen. */
  openAppeals(workspace: WorkspaceId, after: string | null, limit: number): ReturnType<typeof openAppealsIn>
  /** The statements of a decision: its line in the log, and its entry, from which the same state can be computed. */
  deciding(decision: NewDecision, entry: DecisionEntry): readonly Write[]
  /**
   * Stops all calls, on every node, before this returns.
   * @throws ConnectorRemovedError, LifecycleNoChangeError, GroundError, TimeError; so do the others that steer
   */
  suspend(steering: Steering): Promise<void>
  /** Lifts the suspension of the side that asks. The documents in force have to bind it by then. */
  reinstate(steering: Steering): Promise<void>
  /** Stops a tool, or all of the connector: neither listed nor called. */
  pause(steering: ToolSteering): Promise<void>
  /** Lifts the pause of the side that asks. */
  resume(steering: ToolSteering): Promise<void>
  /** Keeps new people from finding it, and further releases from going live. */
  refuseListing(steering: Steering): Promise<void>
  allowListing(steering: Steering): Promise<void>
  /** Ends the connector for good; the agreement goes on until it is ended. */
  remove(steering: Steering): Promise<void>
  /**
   * The statements that pause several tools, or let them go on, each by a decision of its own with its own reason; whoever it is decided against is
   * told once. @throws as the others
   */
  steeringTools(
    kind: 'pause' | 'resume',
    steering: Omit<Steering, 'reason'>,
    tools: readonly ToolReason[],
    whole: Whole,
    at: number,
  ): readonly Write[]
  /** The statements of any of these, for whoever decides more in the same transaction. They belong into `enforcement.change` with the connector's key. */
  steering(kind: SteeringKind, steering: ToolSteering, at: number): Promise<readonly Write[]>
  /** @returns when the agreement ends by it. @throws AgreementEndedError, LifecycleNoChangeError, TimeError, GroundError */
  giveNotice(giving: GivingNotice): Promise<number>
  /** @throws AgreementEndedError, LifecycleNoChangeError */
  askWithdrawal(steering: Steering): Promise<void>
  /** @throws AgreementEndedError, LifecycleNoChangeError */
  agreeWithdrawal(steering: Steering): Promise<void>
  /** @throws AgreementEndedError, GroundError, TimeError */
  endAtOnce(steering: Steering): Promise<void>
  /** @throws DecisionNotFoundError, TimeError */
  lookAgain(looking: LookingAgain): Promise<PlacedDecision>
  /** What is deleted of a connector that is gone, and where that stands. */
  deletions(workspace: WorkspaceId, connector: ConnectorId, goneAt: number): Promise<readonly DeletionState[]>
  handlers(needs: DeletionNeeds): Handlers
}

export function createLifecycle(needs: LifecycleNeeds): Lifecycle {
  const { storage, clock } = needs
  const whole = (workspace: WorkspaceId, connector: ConnectorId) => wholeOf(needs, workspace, connector, clock.now())
  return {
    statusOf: async (workspace, connector) => (await whole(workspace, connector)).standing,
    agreementOf: async (workspace, connector) => (await whole(workspace, connector)).agreement,
    wholeOf: whole,
    decisions: (workspace, connector) => decisionsOf(storage, workspace, connector),
    decision: (workspace, id) => readDecision(storage, workspace, id),
    allDecisions: (workspace, before, limit, kinds) => decisionsIn(storage, workspace, before, limit, kinds),
    withheldDecisions: (workspace, before, limit) => withheldIn(storage, workspace, before, limit),
    openAppeals: (workspace, after, limit) => openAppealsIn(storage, workspace, after, limit),
    deciding: (decision, entry) => deciding(storage.db, decision, entry),
    suspend: (steering) => steer(needs, 'suspend', steering),
    reinstate: (steering) => steer(needs, 'reinstate', steering),
    pause: (steering) => steer(needs, 'pause', steering),
    resume: (steering) => steer(needs, 'resume', steering),
    refuseListing: (steering) => steer(needs, 'refuse-listing', steering),
    allowListing: (steering) => steer(needs, 'allow-listing', steering),
    remove: (steering) => steer(needs, 'remove', steering),
    steering: (kind, steering, at) => steeringWrites(needs, kind, steering, at),
    steeringTools: (kind, steering, tools, known, at) => toolsWrites(needs, kind, steering, tools, known, at),
    giveNotice: (giving) => giveNotice(needs, giving),
    askWithdrawal: (steering) => askWithdrawal(needs, steering),
    agreeWithdrawal: (steering) => agreeWithdrawal(needs, steering),
    endAtOnce: (steering) => endAtOnce(needs, steering),
    lookAgain: (looking) => lookAgain(needs, looking),
    deletions: (workspace, connector, goneAt) => deletionStates(storage, workspace, connector, goneAt),
    handlers: (more) => lifecycleHandlers(needs, more),
  }
}
