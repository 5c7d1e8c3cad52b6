import type { JsonValue, TestCase } from '@handfast/contract'
import { canonicalJson, isObject, type Json, type JsonObject, pointerStep, valueAt } from '../../lib/index.ts'
import { type Called, callForReview } from './call.ts'
import type { ProbeNeeds, ProbePlan } from './plan.ts'
import type { CaseProbe } from './types.ts'

const MOST_KEYS = 500

/** Makes one call of the developer's and says whether it came to what was expected. */
export async function probeCase(needs: ProbeNeeds, plan: ProbePlan, test: TestCase): Promise<CaseProbe> {
  const tool = plan.content.tools.find(({ name }) => name === test.tool)
  const about = {
    name: test.name,
    kind: test.kind,
    fitsSchema: null,
    schemaProblem: null,
    keys: [],
    text: '',
    tookMs: 0,
    bytes: 0,
    isError: false,
  } as const
  if (tool === undefined) return { ...about, tool: null, outcome: 'not-run', why: 'The release has no such tool.' }
  const validator = await plan.validatorFor(tool.name)
  const broken = validator.input(test.arguments)
  if (broken !== null) {
    // Arguments that do not fit are refused here, as they would be for every assistant: nothing leaves.
    const said = `${broken.pointer}: ${broken.message}`
    const why = test.kind === 'positive' ? `The arguments do not fit the schema: ${said}` : missing(test, said)
    return { ...about, tool: null, outcome: why === null ? 'as-expected' : 'otherwise', why, text: said }
  }
  const called = await callForReview(needs, plan, tool, test.arguments as JsonObject)
  const problem = called.structured === undefined || validator.output === null ? null : validator.output(called.structured)
  const why = test.kind === 'positive' ? notAnswered(test, called) : notRefused(test, called)
  return {
    ...about,
    tool: tool.name,
    outcome: why === null ? 'as-expected' : 'otherwise',
    why,
    tookMs: called.tookMs,
    bytes: called.bytes,
    isError: called.outcome !== 'answered',
    fitsSchema: called.structured === undefined || validator.output === null ? null : problem === null,
    schemaProblem: problem === null ? null : `${problem.pointer}: ${problem.message}`,
    keys: keysOf(called.structured),
    text: called.text,
    ...(called.structured === undefined || called.bytes > 100_000 ? {} : { structured: called.structured as JsonValue }),
  }
}

function notAnswered(test: TestCase, { outcome, text, structured }: Called): string | null {
  if (outcome !== 'answered') return `It was to answer, and did not: ${text.slice(0, 300)}`
  for (const [pointer, value] of Object.entries(test.expect.fields)) {
    const found = valueAt(structured, pointer)
    if (found === undefined) return `The answer has nothing at ${pointer}.`
    if (canonicalJson(found) !== canonicalJson(value as Json))
      return `At ${pointer} there is ${canonicalJson(found).slice(0, 200)}, not what was expected.`
  }
  return missing(test, `${text}\n${structured === undefined ? '' : JSON.stringify(structured)}`)
}

function notRefused(test: TestCase, { outcome, text }: Called): string | null {
  if (outcome === 'answered') return 'It was to refuse, and answered.'
  if (outcome === 'crashed') return `It was to refuse, and broke: ${text.slice(0, 300)}`
  return missing(test, text)
}

function missing({ expect }: TestCase, text: string): string | null {
  const absent = expect.contains.find((part) => !text.includes(part))
  return absent === undefined ? null : `What came back does not hold "${absent}".`
}

/** Pointers of the keys in an answer, each place in a list as `-`, each pointer once. */
export function keysOf(value: Json | undefined): readonly string[] {
  const found = new Set<string>()
  const walk = (here: Json | undefined, pointer: string, depth: number): void => {
    if (found.size >= MOST_KEYS || depth > 32) return
    if (Array.isArray(here)) for (const item of (here as readonly Json[]).slice(0, 100)) walk(item, `${pointer}/-`, depth + 1)
    else if (isObject(here))
      for (const [key, member] of Object.entries(here)) {
        const below = `${pointer}/${pointerStep(key)}`
        if (found.size < MOST_KEYS) found.add(below)
        walk(member, below, depth + 1)
      }
  }
  walk(value, '', 0)
  return [...found]
}
