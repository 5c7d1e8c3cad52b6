import type { GrantScope } from '@handfast/contract'
import { type AssistantId, type Clock, MINUTE, newId, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import { AssertedTakenMeanwhile, type AssertedUsers } from '../people/index.ts'
import { type Enforcement, type Storage, type Write, writeUnique } from '../storage/index.ts'
import { AssertionRefusal, reasonFor } from './assertion-refusal.ts'
import { type AssertionIssuer, type AssertionRule, AssertionRuleStore, checkIssuers, RuleChangedMeanwhile } from './assertion-rules.ts'
import type { AssistantRow } from './assistant-store.ts'
import type { Assistants } from './assistants.ts'
import { AssertionRuleError } from './authorization-errors.ts'
import type { Believed } from './check-assertion.ts'
import type { Grant, GrantStore } from './grant-store.ts'
import { GrantTokenStore } from './grant-token-store.ts'
import { KeySets } from './key-sets.ts'
import type { FetchLike } from './provider/create-provider.ts'
import { resourceOf } from './resources.ts'
import { allowedOf, requestedScopes, scopesIn } from './scopes.ts'
import { newTokenText } from './token-text.ts'

export type AssertionNeeds = {
  readonly storage: Storage
  readonly clock: Clock
  readonly enforcement: Enforcement
  readonly asserted: () => AssertedUsers
  readonly assistants: Assistants
  readonly grants: GrantStore
  readonly fetchKeySet: FetchLike
  /** Our issuer. */
  readonly origin: () => string
  readonly accessTokenMs: number
}

/** What an assistant asks for, and the word of whom. */
export type AssertionRequest = {
  readonly clientId: string
  readonly assertion: string
  readonly scope: string | undefined
  readonly resource: string | undefined
}
export type GivenToken = { readonly text: string; readonly lastsMs: number; readonly scopes: readonly GrantScope[] }

/** A word is good at once; who needs longer says it again. */
const LONGEST_TOKEN = 10 * MINUTE
const PAGE = /^\/(?:(?:connect|approvals)\/[A-Za-z0-9_-]{1,64}|connectors\/[a-z][a-z0-9-]{1,30})$/

/** Assistants that vouch for users of their own: what each may say, and what its word is exchanged for (RFC 7523 section 2.1, RFC 8693, ID-JAG). */
export class Assertions {
  readonly #needs: AssertionNeeds
  readonly #rules: AssertionRuleStore
  readonly #keys: KeySets
  readonly #tokens: GrantTokenStore

  constructor(needs: AssertionNeeds) {
    this.#needs = needs
    this.#rules = new AssertionRuleStore(needs.storage.db)
    this.#tokens = new GrantTokenStore(needs.storage.db)
    this.#keys = new KeySets(needs.fetchKeySet, needs.clock)
  }

  ruleOf(assistant: AssistantId): Promise<AssertionRule | null> {
    return this.#rules.of(assistant)
  }

  /**
   * An operator says what an assistant may say. What it holds of its users by the rule before ends: it asserts them again.
   * @throws AssistantNotFoundError | AssertionRuleError
   */
  async set(
    workspace: WorkspaceId,
    by: UserId,
    rule: Pick<AssertionRule, 'assistant' | 'issuers' | 'scopes' | 'createsUsers' | 'ownUsersOnly'>,
  ): Promise<AssertionRule> {
    const row = await this.#needs.assistants.one(workspace, rule.assistant)
    if (!isConfidential(row))
      throw new AssertionRuleError('/id', 'has to name an assistant that was registered here, with a secret or keys of its own')
    checkIssuers(rule.issuers)
    const changedAt = this.#needs.clock.now()
    await this.#change(rule.assistant, by, this.#rules.setting({ ...rule, workspace, changedAt }, by))
    const set = await this.#rules.of(rule.assistant)
    if (set === null) throw new RuleChangedMeanwhile()
    return set
  }

  /** It may vouch for nobody any more. When this returns, no process sends a call for users of its own. */
  async end(workspace: WorkspaceId, by: UserId, assistant: AssistantId): Promise<void> {
    await this.#needs.assistants.one(workspace, assistant)
    if ((await this.#rules.of(assistant)) === null) return
    await this.#change(assistant, by, this.#rules.removing({ workspace, assistant }, by, this.#needs.clock.now())).catch((error) => {
      // Another operator was first.
      if (!(error instanceof RuleChangedMeanwhile)) throw error
    })
  }

  /** First the rule, so that nothing new is given by the one before; then what was given, in portions. */
  async #change(assistant: AssistantId, by: UserId, writes: readonly Write[]): Promise<void> {
    const { enforcement, grants, clock } = this.#needs
    await enforcement.change(writes, [`assistant:${assistant}`])
    for (;;) {
      const held = await grants.ofAsserted(assistant, clock.now(), 200)
      if (held.length === 0) return
      await enforcement.change(
        held.flatMap((grant) => grants.ending(grant, 'assertions-changed', by, clock.now())),
        held.map(({ id }) => `grant:${id}`),
      )
    }
  }

  /** An access token for the user that the assistant vouches for. @throws AssertionRefusal */
  async token(request: AssertionRequest): Promise<GivenToken> {
    const { origin, clock, accessTokenMs, grants, storage } = this.#needs
    const { row, rule, believed } = await this.#believe(request)
    const resource = resourceOf(origin(), request.resource ?? believed.resource ?? `${origin()}/mcp`)
    if (resource === null) throw new AssertionRefusal('target', 'that resource is not one of this server')
    if (believed.resource !== undefined && resourceOf(origin(), believed.resource)?.audience !== resource.audience)
      throw new AssertionRefusal('target', 'the assertion is for another resource')
    const scopes = scopesOf(request, believed, rule)
    const lastsMs = Math.min(accessTokenMs, LONGEST_TOKEN)
    return await this.#forUser(
      row,
      rule,
      believed,
      async (user, isNew) => {
        const now = clock.now()
        const owner = { workspace: row.workspace, user }
        const same = isNew
          ? undefined
          : (await grants.held(owner, row.id, now)).find((one) => one.audience === resource.audience && one.scopes.join() === scopes.join())
        const expiresAt = now + lastsMs
        const rest = { openid: false, stays: false, connectors: null, redirect: '', lastUsedAt: null, endedAt: null, createdAt: now, expiresAt }
        const made: Grant = {
          ...owner,
          id: newId('grt', now),
          assistant: row.id,
          clientId: request.clientId,
          resource: resource.audience,
          audience: resource.audience,
          scopes,
          ...rest,
        }
        const text = newTokenText('granted')
        const grant = same ?? made
        const token = {
          hash: sha256(text),
          workspace: row.workspace,
          grant: grant.id,
          scopes,
          openid: false,
          createdAt: now,
          expiresAt,
          revokedAt: null,
        }
        const giving = same === undefined ? grants.asserting(made) : [grants.lasting(same.id, expiresAt)]
        return { given: { text, lastsMs, scopes }, writes: [...giving, this.#tokens.adding(token)] }
      },
      storage,
    )
  }

  /** A link that opens one page of that user in their browser, once. @throws AssertionRefusal */
  async pageLink(request: AssertionRequest & { readonly page: string | undefined }): Promise<{ readonly token: string; readonly lastsMs: number }> {
    const { origin, asserted, clock, storage } = this.#needs
    const { row, rule, believed } = await this.#believe(request)
    const page = request.page?.startsWith(`${origin()}/`) === true ? request.page.slice(origin().length) : request.page
    if (page === undefined || !PAGE.test(page)) throw new AssertionRefusal('request', 'page has to be /connect/…, /approvals/… or /connectors/…')
    return await this.#forUser(
      row,
      rule,
      believed,
      async (user) => {
        const { token, lastsMs, writes } = asserted().linking({ workspace: row.workspace, assistant: row.id, user, page }, clock.now())
        return { given: { token, lastsMs }, writes }
      },
      storage,
    )
  }

  tidying(now: number): Write {
    return this.#rules.forgettingUsed(now)
  }

  async #believe({ clientId, assertion }: AssertionRequest): Promise<{ row: AssistantRow; rule: AssertionRule; believed: Believed }> {
    const { assistants, origin, clock } = this.#needs
    const row = await assistants.byClientId(clientId)
    const rule = row === null || !isConfidential(row) || row.disabledAt !== null ? null : await this.#rules.of(row.id)
    if (row === null || rule === null) throw new AssertionRefusal('client', 'this client may not vouch for users')
    const keysOf = async ({ jwks, jwksUri }: AssertionIssuer, kid: string | undefined) =>
      jwks ?? (jwksUri === null ? null : await this.#keys.at(jwksUri, kid))
    const { checkAssertion } = await import('./check-assertion.ts')
    const believed = await checkAssertion(assertion, { issuers: rule.issuers, audience: origin(), clientId, now: clock.now(), keysOf })
    if (typeof believed === 'string') throw new AssertionRefusal('assertion', reasonFor(believed))
    return { row, rule, believed }
  }

  /** Spends the assertion in the transaction of what it is good for: on two nodes at once, it is good for one of them. */
  async #forUser<Given>(
    row: AssistantRow,
    rule: AssertionRule,
    { issuer, subject, name, jti, until }: Believed,
    prepare: (user: UserId, isNew: boolean) => Promise<{ readonly given: Given; readonly writes: readonly Write[] }>,
    storage: Storage,
  ): Promise<Given> {
    const { asserted, clock } = this.#needs
    const person = { workspace: row.workspace, assistant: row.id, issuer, subject, name }
    for (;;) {
      const there = await asserted().find(person)
      if (there?.disabled === true) throw new AssertionRefusal('assertion', 'this user may not be acted for')
      if (there === null && !rule.createsUsers) throw new AssertionRefusal('assertion', 'nobody here is known by this subject')
      const { user, writes: creating } = there === null ? asserted().creating(person, clock.now()) : { user: there.user, writes: [] }
      const { given, writes } = await prepare(user, there === null)
      try {
        await storage.write([this.#rules.holding(rule), this.#spending(row, issuer, jti, until), ...creating, ...writes])
        return given
      } catch (error) {
        if (error instanceof RuleChangedMeanwhile) throw new AssertionRefusal('client', 'what this client may say has just changed')
        // Another assertion about the same new person was first.
        if (!(error instanceof AssertedTakenMeanwhile)) throw error
      }
    }
  }

  #spending(row: AssistantRow, issuer: string, jti: string, until: number): Write {
    const idHash = sha256(JSON.stringify([row.id, issuer, jti]))
    return writeUnique(
      this.#needs.storage.db.insertInto('used_assertions').values({ id_hash: idHash, workspace_id: row.workspace, expires_at: until }),
      () => new AssertionRefusal('assertion', reasonFor('used')),
    )
  }
}

/** Registered by whoever runs it, and able to prove that it is itself. */
export function isConfidential({ kind, metadata }: Pick<AssistantRow, 'kind' | 'metadata'>): boolean {
  return kind === 'registered' && metadata['token_endpoint_auth_method'] !== 'none'
}

/** Never more than the operator allows, nor than the assertion says. */
function scopesOf({ scope }: AssertionRequest, believed: Believed, rule: AssertionRule): readonly GrantScope[] {
  const said = believed.scope === undefined ? rule.scopes : allowedOf(scopesIn(believed.scope), rule.scopes)
  const scopes = allowedOf(requestedScopes(scope), said)
  if (scopes.length === 0) throw new AssertionRefusal('scope', 'nothing of that is allowed to this client')
  return scopes
}
