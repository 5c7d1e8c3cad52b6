import type { Principal } from '../authorization/index.ts'
import { type Choices, type Enablement, NoticeUnreadError, type PersonPolicy, type Policies } from '../consent/index.ts'
import type { ConnectorStanding, Directory } from '../directory/index.ts'
import { type ConnectorId, Refusal, type RefusalBody, refusalBody } from '../lib/index.ts'
import type { Era } from '../protocol/mcp/index.ts'
import { retrieves } from './documents.ts'
import { ConnectorUnavailableError } from './gateway-errors.ts'
import { beyondGrant, reaches } from './granted.ts'
import { type ListKind, listedThings } from './listed.ts'
import { splitUri } from './merged-names.ts'
import { notAgreed } from './not-agreed.ts'
import { hiddenTools, offered, without } from './shown.ts'
import { type Links, mayCall } from './stages/permit.ts'
import { isReviewedResource } from './stages/route-other.ts'

/**
 * A place in the merged list: the connector and the thing that were last. What comes after them comes after them whatever is enabled, disabled or
 * released meanwhile, so nothing is listed twice and nothing that stays is left out.
 */
export type ListPosition = { readonly slug: string; readonly tool: string }
export type ListPage = {
  readonly entries: readonly string[]
  readonly next: ListPosition | null
  /** Connectors that the person enabled and that are left out, each with what its calls are refused with. */
  readonly unavailable: readonly Unavailable[]
  /** Connectors that are listed and on their way to their end. */
  readonly ending: readonly EndingConnector[]
}
export type EndingConnector = { readonly connector: string; readonly endsAt: number }
export type Unavailable = { readonly connector: string } & RefusalBody
type Off = ReadonlySet<string> | null
type Callable = { readonly callable: readonly ConnectorStanding[]; readonly unavailable: readonly Unavailable[] }

/** What a person's assistants can list: the tools of everything the person enabled, exactly as they were reviewed. */
export class Catalogue {
  readonly #directory: Directory
  readonly #choices: Choices
  readonly #policies: Policies
  readonly #links: Links
  readonly #onFault: (error: unknown, connector: ConnectorId) => void

  constructor(needs: {
    directory: Directory
    choices: Choices
    policies: Policies
    links: Links
    onFault?: (error: unknown, connector: ConnectorId) => void
  }) {
    this.#directory = needs.directory
    this.#choices = needs.choices
    this.#policies = needs.policies
    this.#links = needs.links
    this.#onFault = needs.onFault ?? (() => {})
  }

  /** Connectors that the person enabled and may call now, in the order of their slugs. */
  async connectors(person: Principal, scope: string | null): Promise<readonly ConnectorStanding[]> {
    return (await this.#sorted(person, scope)).callable
  }

  /** One connector that cannot be called, or cannot even be read, is left out with its reason and takes nothing else with it. */
  async #sorted(person: Principal, scope: string | null): Promise<Callable> {
    const consent = await this.#choices.of(person)
    const policy = await this.#policyOf(person)
    const callable: ConnectorStanding[] = []
    const unavailable: Unavailable[] = []
    for (const id of await offered(this.#directory, person, consent, policy)) {
      // Which others there are is none of this assistant's business.
      if (!reaches(person, id)) continue
      let slug: string = id
      try {
        const standing = this.#directory.peekStanding(id) ?? (await this.#directory.standing(id))
        slug = standing.slug
        if (scope !== null && slug !== scope) continue
        if (standing.release === null) throw new ConnectorUnavailableError(standing.name, standing.status, standing.statusReason)
        mayCall(person, consent, policy, standing, standing.release, this.#links)
        callable.push(standing)
      } catch (error) {
        // What the workspace enabled is listed; its first call leads to the notice.
        const unread = error instanceof NoticeUnreadError ? this.#directory.peekStanding(id) : undefined
        if (unread !== undefined) {
          callable.push(unread)
          continue
        }
        if (!(error instanceof Refusal)) this.#onFault(error, id)
        if (scope === null || scope === slug) unavailable.push({ connector: slug, ...whyUnavailable(error) })
      }
    }
    return {
      callable: callable.sort((a, b) => (a.slug < b.slug ? -1 : 1)),
      unavailable: unavailable.sort((a, b) => (a.connector < b.connector ? -1 : 1)),
    }
  }

  #policyOf(person: Principal): PersonPolicy | Promise<PersonPolicy> {
    return this.#policies.peek(person) ?? this.#policies.of(person)
  }

  /** One page of the list, after a position. */
  async page(
    person: Principal,
    scope: string | null,
    era: Era,
    after: ListPosition | null,
    limit: number,
    kind: ListKind = 'tools',
  ): Promise<ListPage> {
    const entries: string[] = []
    let last: ListPosition | null = null
    const { callable, unavailable } = await this.#sorted(person, scope)
    const policy = await this.#policyOf(person)
    const { enabled } = await this.#choices.of(person)
    const ending = callable.flatMap(({ slug, status, endsAt }) => (status === 'ending' && endsAt !== null ? [{ connector: slug, endsAt }] : []))
    for (const standing of callable) {
      const { slug } = standing
      if (after !== null && slug < after.slug) continue
      const listed = listedThings(standing, kind, era, scope === null)
      const off = kind === 'tools' ? await this.#offTools(person, enabled.get(standing.connector), policy, standing) : []
      const all = off.reduce(without, listed)
      const from = slug === after?.slug ? firstAfter(all.names, after.tool) : 0
      if (from === all.names.length) continue
      if (entries.length === limit) return { entries, next: last, unavailable, ending }
      const to = Math.min(all.names.length, from + limit - entries.length)
      for (let i = from; i < to; i++) entries.push(all.entries[i] ?? '')
      last = { slug, tool: all.names[to - 1] ?? '' }
      if (to < all.names.length) return { entries, next: last, unavailable, ending }
    }
    return { entries, next: null, unavailable, ending }
  }

  /** Names of tools that this person's assistant does not see: not agreed to yet, ruled out by the workspace, more than it was given, or paused. */
  async #offTools(person: Principal, enablement: Enablement | undefined, policy: PersonPolicy, standing: ConnectorStanding): Promise<readonly Off[]> {
    const agreed = await notAgreed(this.#directory, enablement, standing)
    return [agreed, await hiddenTools(this.#policies, policy, standing), beyondGrant(person, standing), standing.pausedTools]
  }

  /** Connectors of which the person can call a `search` and a `fetch` that keep the contract of retrieval, in the order of their slugs. */
  async retrieving(person: Principal): Promise<readonly ConnectorStanding[]> {
    const { callable } = await this.#sorted(person, null)
    const could = callable.filter(({ release }) => release !== null && retrieves(release.content.tools))
    if (could.length === 0) return could
    const policy = await this.#policyOf(person)
    const { enabled } = await this.#choices.of(person)
    const off = await Promise.all(could.map((standing) => this.#offTools(person, enabled.get(standing.connector), policy, standing)))
    return could.filter((_, at) => !off[at]?.some((names) => names?.has('search') === true || names?.has('fetch') === true))
  }

  /** Whether the person can read this, listed or by a template. */
  async hasResource(person: Principal, scope: string | null, uri: string): Promise<boolean> {
    const split = scope === null ? splitUri(uri) : { slug: scope, own: uri }
    if (split === undefined) return false
    const standing = (await this.connectors(person, split.slug))[0]
    return standing?.release != null && isReviewedResource(standing.release.content, split.own)
  }

  /** Whether a change of these keys can change what the person lists. */
  async concerns(person: Principal, keys: readonly string[]): Promise<boolean> {
    const own = [`user:${person.user}`, `workspace:${person.workspace}`, `grant:${person.token}`]
    if (own.some((key) => keys.includes(key))) return true
    const { enabled } = await this.#choices.of(person)
    return keys.some((key) => key.startsWith('connector:') && enabled.has(key.slice('connector:'.length) as ConnectorId))
  }
}

/** Index of the first name behind this one; `names` is sorted. */
function firstAfter(names: readonly string[], name: string): number {
  let low = 0
  let high = names.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((names[middle] ?? '') <= name) low = middle + 1
    else high = middle
  }
  return low
}

/** Something that is wrong with us is told by its code alone. */
function whyUnavailable(error: unknown): RefusalBody {
  if (error instanceof Refusal) return refusalBody(error)
  return { code: 'request/fault', message: 'Something failed on our side. The operator finds it in the log.', who: 'operator' }
}
