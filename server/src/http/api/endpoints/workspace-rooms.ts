import type { Approvals, ApproverInbox, Policies } from '../../../consent/index.ts'
import type { EndingStep, People } from '../../../people/index.ts'
import type { UserRooms } from './rooms.ts'

/** What workspaces and their rules are looked after with. */
export type WorkspaceRooms = UserRooms & {
  readonly people: People
  readonly policies: Policies
  readonly approvals: Approvals
  readonly approverInbox: ApproverInbox
  /** What ends in other rooms with an account. */
  readonly ending: readonly EndingStep[]
}
