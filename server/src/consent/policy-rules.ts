import type { PolicyDocument, PolicyRule, ReleaseTool, Subject } from '@handfast/contract'
import type { AssistantId, ConnectorId, JsonObject, UserId } from '../lib/index.ts'
import { type CompiledCondition, compileCondition, type Holds, NO, PERHAPS, YES } from './policy-condition.ts'

/** What a policy needs to know about a person. */
export type PolicyPerson = {
  readonly user: UserId
  readonly groups: ReadonlySet<string>
  readonly owner: boolean
}

/** The tool that a call wants, as policies name it. `isNew`: the connector gained it later, and nobody in the workspace accepted it yet. */
export type PolicyTarget = { readonly slug: string; readonly tool: Pick<ReleaseTool, 'name' | 'effect'>; readonly isNew: boolean }

export type CompiledRule = {
  readonly id: string
  readonly rule: PolicyRule
  /** How the conditions stand; null stands for arguments or an assistant that is not known. */
  readonly holds: (args: JsonObject | null, assistant: AssistantId | null) => Holds
}

/** Rules that are about a person and a tool, those that override before those that they override. */
export type Plan = {
  readonly rules: readonly CompiledRule[]
  /** For each rule, the places of the rules that override it. */
  readonly overriders: readonly (readonly number[])[]
}

/** What stands after the overriding: `match` is the rule by itself, `stands` what is left of it. */
export type Evaluated = { readonly match: readonly Holds[]; readonly stands: readonly Holds[] }

export const CONNECTORS = 'connectors'
export const NEW_TOOLS = 'new-tools'

const words = { read: 'read', change: 'change', destructive: 'destroy' } as const

export function meant(subject: Subject, person: PolicyPerson): boolean {
  if (subject === 'everybody') return true
  return (
    (subject.owners && person.owner) || subject.people.some((id) => id === person.user) || subject.groups.some((group) => person.groups.has(group))
  )
}

export function compileRule(rule: PolicyRule): CompiledRule {
  const conditions: readonly CompiledCondition[] = rule.when.map(compileCondition)
  const assistants: ReadonlySet<string> | null = rule.on.assistants === undefined ? null : new Set(rule.on.assistants)
  return {
    id: rule.id,
    rule,
    holds(args, assistant) {
      let least: Holds = YES
      if (assistants !== null) {
        if (assistant === null) least = PERHAPS
        else if (!assistants.has(assistant)) return NO
      }
      for (const condition of conditions) {
        const holds = condition(args)
        if (holds === NO) return NO
        if (holds < least) least = holds
      }
      return least
    },
  }
}

/** The switch for new tools, as the rule that it amounts to. Undefined where it is open. */
export function newToolsRule({ newTools }: Pick<PolicyDocument, 'newTools'>): CompiledRule | undefined {
  if (newTools.verb === 'allow') return undefined
  const because = 'The connector gained this tool with a later release, and nobody in your workspace accepted it yet.'
  const verb = newTools.verb === 'off' ? 'deny' : 'ask'
  const rule: PolicyRule = { id: NEW_TOOLS, verb, because, for: 'everybody', on: {}, when: [], overrides: [] }
  return { id: NEW_TOOLS, rule, holds: () => YES }
}

/**
 * Rules in an order in which every rule comes before those that it overrides, otherwise as they were written. The door refuses circles; of rules
 * that still form one, as they would in a document of a later release, none is left out.
 */
export function inOrder(rules: readonly CompiledRule[]): readonly CompiledRule[] {
  const byId = new Map(rules.map((rule) => [rule.id, rule]))
  const overriders = new Map<string, CompiledRule[]>()
  for (const rule of rules) for (const id of rule.rule.overrides) if (byId.has(id)) overriders.set(id, [...(overriders.get(id) ?? []), rule])
  const placed = new Set<CompiledRule>()
  const open = new Set<CompiledRule>()
  const ordered: CompiledRule[] = []
  const place = (rule: CompiledRule): void => {
    if (placed.has(rule) || open.has(rule)) return
    open.add(rule)
    for (const first of overriders.get(rule.id) ?? []) place(first)
    open.delete(rule)
    placed.add(rule)
    ordered.push(rule)
  }
  for (const rule of rules) place(rule)
  return ordered
}

/** True where a rule is about this person and this tool, whatever the arguments. */
export function concerns({ rule }: CompiledRule, person: PolicyPerson, { slug, tool, isNew }: PolicyTarget): boolean {
  if (rule.id === NEW_TOOLS) return isNew
  const { connectors, tools, effects } = rule.on
  if (connectors !== undefined && !connectors.includes(slug)) return false
  if (tools !== undefined && !tools.includes(tool.name)) return false
  if (effects !== undefined && !effects.includes(words[tool.effect])) return false
  return meant(rule.for, person)
}

export function planOf(ordered: readonly CompiledRule[], person: PolicyPerson, target: PolicyTarget): Plan {
  const rules = ordered.filter((rule) => concerns(rule, person, target))
  const overriders = rules.map(({ id }) => rules.flatMap((other, at) => (other.rule.overrides.includes(id) ? [at] : [])))
  return { rules, overriders }
}

/**
 * What each rule of the plan comes to. A rule that stands sets aside those that it overrides; one that is set aside sets nothing aside itself.
 * What cannot be known makes an exception no more than possible.
 */
export function evaluate({ rules, overriders }: Plan, args: JsonObject | null, assistant: AssistantId | null): Evaluated {
  const match: Holds[] = []
  const stands: Holds[] = []
  for (let at = 0; at < rules.length; at++) {
    const holds = rules[at]?.holds(args, assistant) ?? NO
    let left: Holds = holds
    if (holds !== NO) {
      for (const other of overriders[at] ?? []) {
        const over = stands[other] ?? NO
        if (over === YES) left = NO
        else if (over === PERHAPS && left === YES) left = PERHAPS
      }
    }
    match.push(holds)
    stands.push(left)
  }
  return { match, stands }
}

/** A connector named for people: its id is what enablements know, its slug what policies say. */
export type NamedConnector = { readonly connector: ConnectorId; readonly slug: string }
