import type { AccountLimit, PolicyDocument, ReleaseTool } from '@handfast/contract'
import type { AssistantId, JsonObject } from '../lib/index.ts'
import { YES } from './policy-condition.ts'
import {
  CONNECTORS,
  type CompiledRule,
  compileRule,
  type Evaluated,
  evaluate,
  inOrder,
  meant,
  newToolsRule,
  type Plan,
  type PolicyPerson,
  planOf,
} from './policy-rules.ts'

/** A no of the workspace, with what said it. */
export type Denial = { readonly rule: string; readonly version: number; readonly because: string }

/** What the workspace decides about a call. `none`: it leaves the decision to the person. */
export type PolicyDecision =
  | { readonly verb: 'deny'; readonly denial: Denial }
  | { readonly verb: 'ask'; readonly rules: readonly CompiledRule[] }
  | { readonly verb: 'allow'; readonly rule: CompiledRule; readonly unasked: boolean }
  | { readonly verb: 'none' }

const NONE: PolicyDecision = { verb: 'none' }
const MOST_VIEWS = 5_000

/** The policy of a workspace, ready to be asked. */
export class CompiledPolicy {
  readonly version: number
  readonly document: PolicyDocument
  readonly rules: readonly CompiledRule[]
  /** When tools are judged by their age: those younger than this are new. Null: no tool is. */
  readonly toolsKnownAt: number | null
  readonly #mentioned: ReadonlySet<string>
  readonly #views = new Map<string, PolicyView>()
  readonly #allow: ReadonlySet<string> | null
  readonly #block: ReadonlySet<string>

  constructor(version: number, document: PolicyDocument) {
    this.version = version
    this.document = document
    const { verb, since } = document.newTools
    this.toolsKnownAt = verb === 'allow' ? null : since === undefined ? 0 : Date.parse(since)
    const extra = newToolsRule(document)
    this.rules = inOrder([...document.rules.map(compileRule), ...(extra === undefined ? [] : [extra])])
    this.#mentioned = new Set(
      [...document.rules, ...document.accounts, ...document.enabled].flatMap((one) => (one.for === 'everybody' ? [] : one.for.people)),
    )
    this.#allow = document.connectors.allow === null ? null : new Set(document.connectors.allow)
    this.#block = new Set(document.connectors.block)
  }

  /** The allow and block lists: for everybody, and before every rule. */
  connectorDenial(slug: string): Denial | null {
    const blocked = this.#block.has(slug) || this.#allow?.has(slug) === false
    return blocked ? { rule: CONNECTORS, version: this.version, because: this.document.connectors.because } : null
  }

  /** The policy as it is for one person. People about whom it says the same share one. */
  viewOf(person: PolicyPerson): PolicyView {
    const name = this.#mentioned.has(person.user) ? person.user : ''
    const key = `${name} ${person.owner ? 'owner' : ''} ${[...person.groups].toSorted().join(' ')}`
    let view = this.#views.get(key)
    if (view === undefined) {
      if (this.#views.size >= MOST_VIEWS) this.#views.clear()
      view = new PolicyView(this, person)
      this.#views.set(key, view)
    }
    return view
  }
}

/** A policy for people of one kind. Asked at every call: plans are made once for each reviewed tool. */
export class PolicyView {
  readonly policy: CompiledPolicy
  readonly #person: PolicyPerson
  /** By connector, and there by tool: what stands for other requests than calls is one object for all connectors. */
  readonly #plans = { known: new Map<string, WeakMap<ReleaseTool, Plan>>(), fresh: new Map<string, WeakMap<ReleaseTool, Plan>>() }
  readonly #enabled: ReadonlySet<string>

  constructor(policy: CompiledPolicy, person: PolicyPerson) {
    this.policy = policy
    this.#person = person
    this.#enabled = new Set(policy.document.enabled.filter((one) => meant(one.for, person)).flatMap(({ connectors }) => connectors))
  }

  /** Connectors that the workspace enables for this person. */
  get enabled(): ReadonlySet<string> {
    return this.#enabled
  }

  /** False where no rule says no: then nothing has to be looked at to list tools. */
  get denies(): boolean {
    return this.policy.rules.some(({ rule }) => rule.verb === 'deny')
  }

  plan(slug: string, tool: ReleaseTool, isNew: boolean): Plan {
    const all = isNew ? this.#plans.fresh : this.#plans.known
    let plans = all.get(slug)
    if (plans === undefined) {
      plans = new WeakMap()
      all.set(slug, plans)
    }
    let plan = plans.get(tool)
    if (plan === undefined) {
      plan = planOf(this.policy.rules, this.#person, { slug, tool, isNew })
      plans.set(tool, plan)
    }
    return plan
  }

  /** Deny beats ask beats allow, unless a rule overrides another. What cannot be known counts for the no and against the yes. */
  decide(plan: Plan, args: JsonObject | null, assistant: AssistantId | null): PolicyDecision {
    return plan.rules.length === 0 ? NONE : decisionOf(plan, evaluate(plan, args, assistant), this.policy.version)
  }

  /** Why no call of this tool can go through, whatever its arguments; null where one can. Such tools are not listed. */
  hidden(slug: string, tool: ReleaseTool, isNew: boolean): Denial | null {
    const listed = this.policy.connectorDenial(slug)
    if (listed !== null) return listed
    const plan = this.plan(slug, tool, isNew)
    if (plan.rules.length === 0) return null
    const { stands } = evaluate(plan, null, null)
    const at = plan.rules.findIndex(({ rule }, i) => rule.verb === 'deny' && stands[i] === YES)
    return at === -1 ? null : denialOf(plan.rules[at], this.policy.version)
  }

  /** Limits on the accounts that this person may link to a connector. All of them have to be met. */
  accountLimits(slug: string): readonly AccountLimit[] {
    return this.policy.document.accounts.filter((limit) => (limit.connectors?.includes(slug) ?? true) && meant(limit.for, this.#person))
  }
}

/** The outcome of evaluated rules: a pure function, and the only place that ranks verbs. */
export function decisionOf({ rules }: Plan, { stands }: Evaluated, version: number): PolicyDecision {
  let allow: CompiledRule | undefined
  let asks: CompiledRule[] | undefined
  for (let at = 0; at < rules.length; at++) {
    const rule = rules[at]
    const holds = stands[at]
    if (rule === undefined || holds === undefined || holds === 0) continue
    if (rule.rule.verb === 'deny') return { verb: 'deny', denial: denialOf(rule, version) }
    if (rule.rule.verb === 'ask') asks = [...(asks ?? []), rule]
    else if (holds === YES && (allow === undefined || (rule.rule.unasked === true && allow.rule.unasked !== true))) allow = rule
  }
  if (asks !== undefined) return { verb: 'ask', rules: asks }
  return allow === undefined ? NONE : { verb: 'allow', rule: allow, unasked: allow.rule.unasked === true }
}

function denialOf(rule: CompiledRule | undefined, version: number): Denial {
  return { rule: rule?.id ?? CONNECTORS, version, because: rule?.rule.because ?? '' }
}

/** An account as a link shows it: whose it is, as far as the API says. */
export type LinkedIdentity = { readonly email?: string | undefined; readonly identity?: string | undefined }

/**
 * Which limit an account does not meet; null where it meets all. An account that does not say whose it is meets no limit.
 */
export function accountDenial(limits: readonly AccountLimit[], { email, identity }: LinkedIdentity, version: number): Denial | null {
  const address = email?.normalize('NFKC').trim().toLowerCase()
  const name = identity?.normalize('NFKC').trim().toLowerCase()
  const domain = address?.includes('@') === true ? address.slice(address.lastIndexOf('@') + 1) : undefined
  const broken = limits.find(
    ({ domains, identities }) =>
      !identities.some((one) => one === address || one === name) && !(domain !== undefined && domains.some((one) => withinDomain(domain, one))),
  )
  return broken === undefined ? null : { rule: broken.id, version, because: broken.because }
}

function withinDomain(domain: string, wanted: string): boolean {
  return wanted.startsWith('*.') ? domain.endsWith(wanted.slice(1)) && domain.length > wanted.length - 1 : domain === wanted
}
