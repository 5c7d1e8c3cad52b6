import type { JsonRecord, ReleaseTool } from '@handfast/contract'
import type { JsonObject } from '../../lib/index.ts'
import { madeUpToken } from './authorization.ts'
import { callForReview } from './call.ts'
import type { ProbeNeeds, ProbePlan } from './plan.ts'
import type { HostileProbe } from './types.ts'

const MOST_TOOLS = 5

/**
 * What an API does with a token that is not for it and with arguments that make no sense. Reading tools only, and only where the developer agreed or the
 * domain is proven to be theirs (clause 2a-no-harm).
 */
export async function probeHostile(needs: ProbeNeeds, plan: ProbePlan): Promise<HostileProbe | null> {
  const { badInput, wrongAudience } = plan.hostile
  if (!badInput && !wrongAudience) return null
  const reading = plan.content.tools.filter(({ effect }) => effect === 'read').slice(0, MOST_TOOLS)
  return {
    wrongAudience: wrongAudience ? await tryToken(needs, plan, reading) : 'not-tried',
    badInput: badInput ? await tryArguments(needs, plan, reading) : [],
  }
}

/**
 * A no counts where it is about the token: the API says so, or the same call with the key of the test account is answered. Anything else, such as
 * arguments that it does not like, says nothing.
 */
async function tryToken(needs: ProbeNeeds, plan: ProbePlan, tools: readonly ReleaseTool[]): Promise<HostileProbe['wrongAudience']> {
  const { type } = plan.content.credential
  if (type !== 'bearer' && type !== 'oauth2') return 'not-tried'
  const credential = { placement: { type: 'bearer' as const }, secret: madeUpToken(), id: `review-wrong-audience:${plan.release}` }
  for (const tool of tools) {
    const given = await argumentsFor(plan, tool)
    if (given === null) continue
    const { outcome, keyRefused } = await callForReview(needs, { ...plan, credential }, tool, given)
    if (outcome === 'answered') return 'accepted'
    if (keyRefused) return 'refused'
    if (outcome === 'crashed' || plan.credential === null) continue
    if ((await callForReview(needs, plan, tool, given)).outcome === 'answered') return 'refused'
  }
  return 'not-tried'
}

/** Arguments that the tool takes: those of a test of the developer's, or none. */
async function argumentsFor({ tests, validatorFor }: ProbePlan, { name }: ReleaseTool): Promise<JsonObject | null> {
  const fitting = tests.find(({ kind, tool }) => kind === 'positive' && tool === name)
  const given = (fitting?.arguments ?? {}) as JsonObject
  return (await validatorFor(name)).input(given) === null ? given : null
}

async function tryArguments(needs: ProbeNeeds, plan: ProbePlan, tools: readonly ReleaseTool[]): Promise<HostileProbe['badInput']> {
  const found: HostileProbe['badInput'][number][] = []
  for (const tool of tools) {
    const given = brokenFor(tool.inputSchema)
    const validator = await plan.validatorFor(tool.name)
    // A schema that takes anything has no bad input.
    if (given === null || validator.input(given) === null) continue
    const called = await callForReview(needs, plan, tool, given)
    // Whoever is turned away at the door shows nothing of what is inside.
    if (called.keyRefused) continue
    const outcome = called.outcome === 'answered' ? 'accepted' : called.outcome === 'crashed' ? 'crashed' : 'refused'
    found.push({ tool: tool.name, outcome, message: called.text.slice(0, 500) })
  }
  return found
}

/** Every field that the schema names, with something of another type in it. */
function brokenFor(schema: JsonRecord): JsonObject | null {
  const properties = schema['properties']
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) return null
  const fields = Object.entries(properties as JsonRecord).slice(0, 20)
  if (fields.length === 0) return null
  return Object.fromEntries(fields.map(([name, field]) => [name, typeOf(field) === 'string' ? { not: 'a text' } : 'not what was asked for']))
}

function typeOf(schema: unknown): unknown {
  return typeof schema === 'object' && schema !== null && 'type' in schema ? schema.type : undefined
}
