import { type PolicyDocument, policyDocument } from '@handfast/contract'
import { record } from '../ledger/index.ts'
import { type Clock, type ConnectorId, canonicalJson, rfc3339, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Enforcement, Memory, type Storage, writeUnique } from '../storage/index.ts'
import { CompiledPolicy, type PolicyView } from './policy.ts'
import { type Audience, checkPolicy } from './policy-checks.ts'
import { PolicyChangedError, PolicyVersionNotFoundError } from './policy-errors.ts'
import { meant, type PolicyPerson } from './policy-rules.ts'

/** A version of a workspace's rules. Version 0 is what holds before anybody wrote any. */
export type PolicyVersion = {
  readonly version: number
  readonly document: PolicyDocument
  readonly sha256: string
  readonly note: string
  readonly by: UserId | null
  readonly at: number | null
}

/** The rules as they are for one person, and which connectors that person took back, so that a workspace does not hand them out again. */
export type PersonPolicy = { readonly view: PolicyView; readonly declined: ReadonlySet<ConnectorId> }

type Known = {
  readonly person: PolicyPerson
  readonly declined: ReadonlySet<ConnectorId>
  /** The answer for the policy that was in force when it was made. */
  made: { readonly policy: CompiledPolicy; readonly answer: PersonPolicy } | null
}
/** When a connector gained each of its tools, by `name effect`: a tool that comes to do more is another tool. */
export type ToolAges = {
  /** When its first release was approved. */
  readonly first: number
  readonly since: ReadonlyMap<string, number>
}

export type PoliciesNeeds = {
  readonly storage: Storage
  readonly clock: Clock
  readonly enforcement: Enforcement
  /** From the room that knows people: groups and ownership of somebody in their workspace. */
  readonly personOf: (user: UserId, workspace: WorkspaceId) => Promise<PolicyPerson>
  readonly audienceOf: (workspace: WorkspaceId) => Promise<Audience>
  /** From the directory. */
  readonly toolAgesOf: (connector: ConnectorId) => Promise<ToolAges>
}

export const EMPTY_POLICY: PolicyDocument = policyDocument.parse({})

/** Rules of workspaces: kept in versions, asked at every call from memory. */
export class Policies {
  readonly #needs: PoliciesNeeds
  readonly #policies = new Memory<CompiledPolicy>(5_000)
  readonly #people = new Memory<Known>(100_000)
  readonly #ages = new Memory<ToolAges>(5_000)

  constructor(needs: PoliciesNeeds) {
    this.#needs = needs
    for (const memory of [this.#policies, this.#people, this.#ages]) needs.enforcement.add(memory)
  }

  /** Warm, or undefined. */
  peek({ user, workspace }: { readonly user: UserId; readonly workspace: WorkspaceId }): PersonPolicy | undefined {
    const policy = this.#policies.peek(`workspace:${workspace}`)
    const known = this.#people.peek(`user:${user}`)
    return policy === undefined || known === undefined ? undefined : answerFor(known, policy)
  }

  async of({ user, workspace }: { readonly user: UserId; readonly workspace: WorkspaceId }): Promise<PersonPolicy> {
    const [policy, known] = await Promise.all([
      this.compiled(workspace),
      this.#people.get(`user:${user}`, async () => {
        const [person, declined] = await Promise.all([this.#needs.personOf(user, workspace), this.#declined(user, workspace)])
        return { person, declined, made: null }
      }),
    ])
    return answerFor(known, policy)
  }

  /** What the workspace's rules know about somebody. */
  personOf(user: UserId, workspace: WorkspaceId): Promise<PolicyPerson> {
    return this.#needs.personOf(user, workspace)
  }

  compiled(workspace: WorkspaceId): Promise<CompiledPolicy> {
    return this.#policies.get(`workspace:${workspace}`, async () => {
      const { version, document } = await this.current(workspace)
      return new CompiledPolicy(version, document)
    })
  }

  /** Whether a tool is new to the workspace. Warm: no waiting; undefined when it has to be looked up. */
  peekIsNew({ view }: PersonPolicy, connector: ConnectorId, tool: { readonly name: string; readonly effect: string }): boolean | undefined {
    const { toolsKnownAt } = view.policy
    if (toolsKnownAt === null) return false
    const ages = this.#ages.peek(`connector:${connector}`)
    return ages === undefined ? undefined : isNewAt(ages, tool, toolsKnownAt)
  }

  async isNew({ view }: PersonPolicy, connector: ConnectorId, tool: { readonly name: string; readonly effect: string }): Promise<boolean> {
    const { toolsKnownAt } = view.policy
    if (toolsKnownAt === null) return false
    const ages = await this.#ages.get(`connector:${connector}`, () => this.#needs.toolAgesOf(connector))
    return isNewAt(ages, tool, toolsKnownAt)
  }

  /** Connectors that the person had and has no more: what they took back is theirs to take again. */
  async #declined(user: UserId, workspace: WorkspaceId): Promise<ReadonlySet<ConnectorId>> {
    const rows = await this.#needs.storage.db
      .selectFrom('enablements')
      .select(['connector_id'])
      .where('workspace_id', '=', workspace)
      .where('user_id', '=', user)
      .groupBy('connector_id')
      .having((eb) => eb(eb.fn.count('id'), '=', eb.fn.count('ended_at')))
      .execute()
    return new Set(rows.map((row) => row.connector_id as ConnectorId))
  }

  /** What is in force. */
  async current(workspace: WorkspaceId): Promise<PolicyVersion> {
    return (
      (await this.versions(workspace, null, 1))[0] ?? {
        version: 0,
        document: EMPTY_POLICY,
        sha256: digestOf(EMPTY_POLICY),
        note: '',
        by: null,
        at: null,
      }
    )
  }

  /** Newest first. */
  async versions(workspace: WorkspaceId, before: number | null, limit: number): Promise<readonly PolicyVersion[]> {
    let query = this.#needs.storage.db.selectFrom('policies').selectAll().where('workspace_id', '=', workspace)
    if (before !== null) query = query.where('version', '<', before)
    return (await query.orderBy('version', 'desc').limit(limit).execute()).map(versionOf)
  }

  /** @throws PolicyVersionNotFoundError */
  async version(workspace: WorkspaceId, version: number): Promise<PolicyVersion> {
    const [found] = await this.versions(workspace, version + 1, 1)
    if (found?.version !== version) throw new PolicyVersionNotFoundError()
    return found
  }

  /** Checks a document as `change` would, and fills in what it leaves open. @throws PolicyInvalidError, PolicyLocksOutError */
  async prepared(workspace: WorkspaceId, document: PolicyDocument): Promise<PolicyDocument> {
    checkPolicy(document, await this.#needs.audienceOf(workspace))
    const before = (await this.current(workspace)).document.newTools
    return { ...document, newTools: sinceWhen(document.newTools, before, this.#needs.clock.now()) }
  }

  /**
   * Puts a new version in force. When this returns, no process sends a call against it.
   * @param basedOn the version that was changed
   * @throws PolicyInvalidError, PolicyLocksOutError; PolicyChangedError when another one is in force by now
   */
  async change(
    workspace: WorkspaceId,
    by: UserId,
    given: { readonly document: PolicyDocument; readonly basedOn: number; readonly note: string; readonly restores?: number },
  ): Promise<PolicyVersion> {
    const { storage, clock, enforcement } = this.#needs
    const { db } = storage
    const at = clock.now()
    const document = await this.prepared(workspace, given.document)
    if ((await this.current(workspace)).version !== given.basedOn) throw new PolicyChangedError()
    const version = given.basedOn + 1
    const body = canonicalJson(document)
    const digest = sha256(body)
    const row = { workspace_id: workspace, version, body, sha256: digest, note: given.note, changed_by: by, at }
    const restored = given.restores === undefined ? {} : { restores: given.restores }
    await enforcement.change(
      [
        writeUnique(db.insertInto('policies').values(row), () => new PolicyChangedError()),
        record(db, { event: 'policy.changed', workspace, subject: workspace, by, at, facts: { version, sha256: digest, ...restored } }),
      ],
      [`workspace:${workspace}`],
    )
    return versionOf(row)
  }

  /** Puts an earlier version in force again, as a new one. @throws PolicyVersionNotFoundError and what `change` throws */
  async restore(
    workspace: WorkspaceId,
    by: UserId,
    given: { readonly version: number; readonly basedOn: number; readonly note: string },
  ): Promise<PolicyVersion> {
    const document = given.version === 0 ? EMPTY_POLICY : (await this.version(workspace, given.version)).document
    return this.change(workspace, by, { document, basedOn: given.basedOn, note: given.note, restores: given.version })
  }
}

/** Who may change a policy: operators, and of the workspace whom it names, the owners where it names nobody. */
export function mayEdit({ editors }: Pick<PolicyDocument, 'editors'>, person: PolicyPerson, operator: boolean): boolean {
  if (operator) return true
  return editors === null ? person.owner : meant({ ...editors, owners: false }, person)
}

function answerFor(known: Known, policy: CompiledPolicy): PersonPolicy {
  if (known.made?.policy !== policy) known.made = { policy, answer: { view: policy.viewOf(known.person), declined: known.declined } }
  return known.made.answer
}

/** A tool of the connector's first release is never new: there was nothing before it. */
function isNewAt(ages: ToolAges, tool: { readonly name: string; readonly effect: string }, knownAt: number): boolean {
  const age = ages.since.get(`${tool.name} ${tool.effect}`)
  return age === undefined || (age > knownAt && age > ages.first)
}

function sinceWhen(now: PolicyDocument['newTools'], before: PolicyDocument['newTools'], at: number): PolicyDocument['newTools'] {
  if (now.verb === 'allow') return { verb: 'allow' }
  const { since } = now.since !== undefined ? now : before
  return { verb: now.verb, since: since ?? rfc3339(at) }
}

/** Parsed once more on its way out: a later release may have written more than this one knows. */
function versionOf(row: { version: number; body: string; sha256: string; note: string; changed_by: string; at: number }): PolicyVersion {
  return {
    version: row.version,
    document: policyDocument.parse(JSON.parse(row.body)),
    sha256: row.sha256,
    note: row.note,
    by: row.changed_by as UserId,
    at: row.at,
  }
}

function digestOf(document: PolicyDocument): string {
  return sha256(canonicalJson(document))
}
