import type { WorkspaceId } from '../lib/index.ts'
import { type Storage, type Write, write, writeUnique } from '../storage/index.ts'
import type { Round } from './call.ts'
import { StateInvalidError } from './gateway-errors.ts'

/**
 * The statements that spend a state that carries a person's yes, for the transaction of the call's intent. Two rounds with one state: exactly one
 * succeeds, the other's transaction fails with StateInvalidError. States that are too old to be opened are forgotten on the way.
 */
export function spendingState({ db }: Storage, workspace: WorkspaceId, round: Round, now: number): readonly Write[] {
  const row = { nonce: round.nonce, workspace_id: workspace, expires_at: round.expiresAt }
  return [
    write(db.deleteFrom('mcp_spent_states').where('workspace_id', '=', workspace).where('expires_at', '<', now)),
    writeUnique(db.insertInto('mcp_spent_states').values(row), () => new StateInvalidError()),
  ]
}
