import type { ApprovalId, Clock, ConnectorId, ReleaseId, UserId, WorkspaceId } from '../lib/index.ts'
import type { Sealing } from '../sealing/index.ts'
import type { Storage } from '../storage/index.ts'
import type { PersonAge } from './age.ts'
import { type ApprovalLevel, type Condition, conditionPlace, type Enablement, type StandingApproval, type UserConsent } from './consent.ts'

/** All that one person has chosen, read from the tables. @param unsaid their age, where nobody said anything about it */
export async function loadConsent(
  { storage, clock, sealing }: { readonly storage: Storage; readonly clock: Clock; readonly sealing: Sealing },
  { user, workspace }: { readonly user: UserId; readonly workspace: WorkspaceId },
  unsaid: PersonAge,
): Promise<UserConsent> {
  const { db } = storage
  const mine = { user_id: user, workspace_id: workspace }
  const [enabled, levels, standing, age] = await Promise.all([
    db
      .selectFrom('enablements')
      .selectAll()
      .where((eb) => eb.and(mine))
      .where('ended_at', 'is', null)
      .orderBy('id')
      .execute(),
    db
      .selectFrom('approval_levels')
      .selectAll()
      .where((eb) => eb.and(mine))
      .execute(),
    db
      .selectFrom('standing_approvals')
      .selectAll()
      .where((eb) => eb.and(mine))
      .where('ended_at', 'is', null)
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', clock.now())]))
      .orderBy('id')
      .execute(),
    db
      .selectFrom('age_bands')
      .select(['band', 'source'])
      .where((eb) => eb.and(mine))
      .executeTakeFirst(),
  ])
  const sealer = standing.some((row) => row.condition !== null) ? await sealing.of(user, workspace) : null
  const conditionOf = (row: { id: string; condition: string | null }): Condition =>
    row.condition === null || sealer === null ? null : (JSON.parse(sealer.open(conditionPlace(row.id as ApprovalId), row.condition)) as Condition)
  return {
    enabled: new Map(enabled.map((row): [ConnectorId, Enablement] => [row.connector_id as ConnectorId, toEnablement(row)])),
    levels: new Map(levels.map((row) => [row.connector_id, row.level as ApprovalLevel])),
    standing: standing.map(
      (row): StandingApproval => ({
        id: row.id as StandingApproval['id'],
        connector: row.connector_id as ConnectorId,
        release: row.release_id as ReleaseId,
        tool: row.tool,
        condition: conditionOf(row),
        createdAt: row.created_at,
        expiresAt: row.expires_at,
      }),
    ),
    age: (age as PersonAge | undefined) ?? unsaid,
  }
}

export function toEnablement(row: {
  id: string
  connector_id: string
  release_id: string
  notice_sha256: string
  receives: string
  at: number
}): Enablement {
  return {
    id: row.id,
    connector: row.connector_id as ConnectorId,
    release: row.release_id as ReleaseId,
    noticeSha256: row.notice_sha256,
    receives: JSON.parse(row.receives) as string[],
    at: row.at,
  }
}
