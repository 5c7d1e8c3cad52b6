import type { Egress } from '../../egress/index.ts'
import type { DeveloperId, WorkspaceId } from '../../lib/index.ts'
import type { Handlers } from '../../schedule/index.ts'
import type { Holds } from '../holds.ts'
import type { DeveloperParts } from '../parts.ts'
import { Embargoes } from './embargoes.ts'
import { PartyLists } from './lists.ts'
import type { Party } from './party.ts'
import { PartyChecks } from './party-checks.ts'
import { PartyRulesLog } from './party-rules.ts'
import { PartySettings } from './party-settings.ts'

/** Party checks, put together: rules, lists, embargoes, and the checks themselves. */
export type Parties = {
  readonly rules: PartyRulesLog
  readonly settings: PartySettings
  readonly lists: PartyLists
  readonly embargoes: Embargoes
  readonly checks: PartyChecks
  handlers(): Handlers
}

export function createParties(
  parts: DeveloperParts,
  egress: Egress,
  holds: Holds,
  partiesOf: (workspace: WorkspaceId, developer: DeveloperId) => Promise<readonly Party[]>,
): Parties {
  const rules = new PartyRulesLog(parts)
  const embargoes = new Embargoes(parts)
  const lists = new PartyLists(parts, egress, rules, (workspace, at) => checks.askingAll(workspace, at))
  const checks = new PartyChecks({ ...parts, rules, lists: lists.store, embargoes, holds, partiesOf })
  const settings = new PartySettings(parts, { rules, lists, checks, embargoes })
  return { rules, settings, lists, embargoes, checks, handlers: () => ({ ...lists.handlers(), ...checks.handlers() }) }
}
