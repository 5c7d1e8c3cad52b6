import type { UserId, WorkspaceId } from '../../lib/index.ts'
import type { DeveloperParts } from '../parts.ts'
import type { Embargoes } from './embargoes.ts'
import type { PartyLists } from './lists.ts'
import type { PartyChecks } from './party-checks.ts'
import { PartyChecksOffError } from './party-errors.ts'
import type { NewPartyRules, PartyRules, PartyRulesLog } from './party-rules.ts'

/** What the operator decides about party checks. Each of these stands in one transaction with what follows from it. */
export class PartySettings {
  readonly #parts: DeveloperParts
  readonly #rules: PartyRulesLog
  readonly #lists: PartyLists
  readonly #checks: PartyChecks
  readonly #embargoes: Embargoes

  constructor(parts: DeveloperParts, halves: { rules: PartyRulesLog; lists: PartyLists; checks: PartyChecks; embargoes: Embargoes }) {
    this.#parts = parts
    this.#rules = halves.rules
    this.#lists = halves.lists
    this.#checks = halves.checks
    this.#embargoes = halves.embargoes
  }

  inForce(workspace: WorkspaceId): Promise<PartyRules | null> {
    return this.#rules.inForce(workspace)
  }

  history(workspace: WorkspaceId): Promise<readonly PartyRules[]> {
    return this.#rules.history(workspace)
  }

  /** Switches checks on or off, or changes who decides. @throws PartyRulesIncompleteError */
  async set(workspace: WorkspaceId, rules: NewPartyRules, by: UserId): Promise<void> {
    const { storage, clock } = this.#parts
    const at = clock.now()
    const before = await this.#rules.inForce(workspace)
    const wasOn = before?.enabled === true
    const starts = rules.enabled && !wasOn
    await storage.write([
      ...this.#rules.setting(workspace, before, rules, by, at),
      ...(starts ? [...(await this.#lists.starting(workspace, at)), ...this.#checks.askingAll(workspace, at)] : []),
      // Checks that are on their way are undone: each asks in its transaction whether they are still on.
      ...(wasOn && !rules.enabled ? [...this.#checks.stopping(workspace), ...this.#lists.stopping(workspace)] : []),
    ])
  }

  /** Puts the operator's own table of embargoes in force. @throws EmbargoTableInvalidError, PartyChecksOffError */
  async setEmbargoes(workspace: WorkspaceId, text: string, by: UserId): Promise<void> {
    const { storage, clock } = this.#parts
    if (!(await this.#rules.isOn(workspace))) throw new PartyChecksOffError()
    const at = clock.now()
    await storage.write([...this.#embargoes.setting(workspace, text, by, at), ...this.#checks.askingAll(workspace, at)])
  }
}
