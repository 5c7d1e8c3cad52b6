import { Pauses } from '../../../lib/index.ts'
import { fingerprintOf } from './fingerprint.ts'
import { readText } from './read-text.ts'
import type { Finding, Need, Rule, Seen, UnderReview } from './rule.ts'
import { textsOf } from './texts.ts'

/** Of one rule; more of the same tell a reviewer nothing new. */
export const MOST_OF_A_RULE = 50

const order = { blocks: 0, warns: 1, notes: 2 } as const

/** What the machine has to say about a release before a person decides. */
export type Report = {
  /** What blocks comes first. */
  readonly findings: readonly Finding[]
  /** How much more of the same there is, by rule. */
  readonly more: Readonly<Record<string, number>>
  /** Rules that were not asked, since what they look at is not known. */
  readonly notAsked: readonly { readonly rule: string; readonly needs: Need }[]
}

/**
 * Asks every rule. The work is linear in the release, and others have the thread meanwhile: a release may have ten thousand tools and many megabytes
 * of words.
 */
export async function lookAt(rules: readonly Rule[], under: UnderReview): Promise<Report> {
  const pauses = new Pauses()
  const asked = rules.filter(({ needs }) => needs === undefined || under[needs] !== null)
  const seen = new Map<Rule, Kept>(asked.map((rule) => [rule, new Kept(rule)]))
  await readTexts(asked, under, seen, pauses)
  for (const rule of asked) {
    if (rule.read === undefined)
      for (const one of rule.look(under)) {
        if (one !== undefined) seen.get(rule)?.take(one)
        await pauses.now()
      }
    await pauses.now()
  }
  const found = [...seen.values()].filter(({ count }) => count > 0)
  return {
    findings: found
      .flatMap(({ rule, kept }) => kept.map((one) => findingOf(rule, one, under)))
      .toSorted((a, b) => order[a.severity] - order[b.severity]),
    more: Object.fromEntries(found.filter(({ count, kept }) => count > kept.length).map(({ rule, count, kept }) => [rule.id, count - kept.length])),
    notAsked: rules.flatMap(({ id, needs }) => (needs !== undefined && under[needs] === null ? [{ rule: id, needs }] : [])),
  }
}

async function readTexts(rules: readonly Rule[], under: UnderReview, seen: ReadonlyMap<Rule, Kept>, pauses: Pauses): Promise<void> {
  for (const placed of textsOf(under)) {
    const text = readText(placed)
    for (const rule of rules) for (const one of rule.read?.(text, under) ?? []) seen.get(rule)?.take(one)
    await pauses.now()
  }
}

/** The gravest of what one rule sees, without keeping all of it. */
class Kept {
  readonly rule: Rule
  count = 0
  #kept: Seen[] = []

  constructor(rule: Rule) {
    this.rule = rule
  }

  take(one: Seen): void {
    this.count++
    if (this.#kept.length < MOST_OF_A_RULE) this.#kept.push(one)
    else {
      const lighter = this.#kept.findLastIndex((kept) => this.#weight(kept) > this.#weight(one))
      if (lighter >= 0) this.#kept = [...this.#kept.toSpliced(lighter, 1), one]
    }
  }

  get kept(): readonly Seen[] {
    return this.#kept
  }

  #weight(seen: Seen): number {
    return order[seen.severity ?? this.rule.severity]
  }
}

function findingOf(rule: Rule, seen: Seen, { content }: UnderReview): Finding {
  const { message, pointer, severity = rule.severity } = seen
  return { rule: rule.id, severity, clause: rule.clause, message, pointer, fingerprint: fingerprintOf(rule.id, seen, content) }
}
