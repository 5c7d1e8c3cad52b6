import type { PolicyCondition } from '@handfast/contract'
import { RE2JS } from 're2js'
import { type Json, type JsonObject, valueAt } from '../lib/index.ts'

/**
 * Whether something holds: no, perhaps, yes. Perhaps is for what cannot be known: a text too long to be looked at, or arguments that whoever asks
 * may not see. Ordered, so that the stronger answer is the greater number.
 */
export const NO = 0
export const PERHAPS = 1
export const YES = 2
export type Holds = typeof NO | typeof PERHAPS | typeof YES

/** Patterns look at texts up to this length. The engine is linear, and a call should still not wait for it. */
export const LONGEST_MATCHED = 10_000

export type CompiledCondition = (args: JsonObject | null) => Holds
type Test = (value: Json | undefined) => Holds

/** Undefined where the pattern has no linear form (a look-ahead, a back reference). */
export function compilePattern(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern)
  } catch {
    return undefined
  }
}

/** A condition as a function of the arguments; null stands for arguments that are not shown. */
export function compileCondition(condition: PolicyCondition): CompiledCondition {
  const tests = testsOf(condition)
  const all: Test = (value) => {
    let least: Holds = YES
    for (const test of tests) {
      const holds = test(value)
      if (holds === NO) return NO
      if (holds < least) least = holds
    }
    return least
  }
  const { at, of } = condition
  const judge = of === 'value' ? all : ofMembers(all, of === 'every')
  return (args) => {
    if (args === null) return PERHAPS
    const holds = judge(valueAt(args, at))
    return condition.not ? turned(holds) : holds
  }
}

function turned(holds: Holds): Holds {
  return (YES - holds) as Holds
}

/** Of an empty list, and of what is no list, neither `some` nor `every` holds: an exception is not made for nobody. */
function ofMembers(test: Test, every: boolean): Test {
  return (value) => {
    if (!Array.isArray(value) || value.length === 0) return NO
    let found: Holds = every ? YES : NO
    for (const member of value as readonly Json[]) {
      const holds = test(member)
      if (every ? holds < found : holds > found) found = holds
    }
    return found
  }
}

function testsOf(condition: PolicyCondition): readonly Test[] {
  const { present, equals, oneOf, matches, atLeast, atMost, longest, shortest } = condition
  const tests: Test[] = []
  const given = (wanted: boolean) => (wanted ? YES : NO)
  if (present !== undefined) tests.push((value) => given((value !== undefined) === present))
  if (equals !== undefined) tests.push((value) => given(value === equals))
  if (oneOf !== undefined) {
    const wanted: ReadonlySet<Json | undefined> = new Set(oneOf)
    tests.push((value) => given(wanted.has(value)))
  }
  if (matches !== undefined) tests.push(patternTest(matches))
  if (atLeast !== undefined) tests.push((value) => given(typeof value === 'number' && value >= atLeast))
  if (atMost !== undefined) tests.push((value) => given(typeof value === 'number' && value <= atMost))
  if (longest !== undefined) tests.push((value) => given((sizeOf(value) ?? Number.POSITIVE_INFINITY) <= longest))
  if (shortest !== undefined) tests.push((value) => given((sizeOf(value) ?? -1) >= shortest))
  return tests
}

function patternTest(pattern: string): Test {
  const compiled = compilePattern(pattern)
  return (value) => {
    if (typeof value !== 'string') return NO
    // A pattern that this release cannot read was refused at the door; one that a later release wrote decides nothing by itself.
    if (compiled === undefined || value.length > LONGEST_MATCHED) return PERHAPS
    return compiled.matcher(value).matches() ? YES : NO
  }
}

/** Characters of a text, members of a list; undefined for everything else. */
function sizeOf(value: Json | undefined): number | undefined {
  if (Array.isArray(value)) return value.length
  if (typeof value !== 'string') return undefined
  let characters = 0
  for (const _ of value) characters++
  return characters
}
