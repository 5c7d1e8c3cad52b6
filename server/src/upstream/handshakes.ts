import { Refusal } from '../lib/index.ts'
import type { ClientInfo } from '../protocol/mcp/index.ts'
import { endOf } from './describe.ts'
import { type Asking, detectEra } from './detect-era.ts'
import { openSession } from './legacy.ts'
import type { Wire } from './wire.ts'
import { WrongEraError } from './wrong-era.ts'

/** Which revision a connector agrees to in each era; null: it does not speak that era, and why. */
export type Handshakes = {
  readonly modern: { readonly version: string | null; readonly failure: string | null }
  readonly legacy: { readonly version: string | null; readonly failure: string | null }
}

/** Greets a connector in the words of each era, whatever it answered in the other one. */
export async function handshakes(wire: Wire, client: ClientInfo, nextId: () => number, asking: Asking): Promise<Handshakes> {
  const modern = await greet(async () => {
    const verdict = await detectEra(wire, client, nextId(), asking)
    return verdict.era === 'modern' ? verdict.version : null
  })
  const legacy = await greet(async () => {
    const { session } = await openSession(wire, client, nextId(), asking)
    await wire.end(endOf(session, asking))
    return session.version
  })
  return { modern, legacy }
}

async function greet(ask: () => Promise<string | null>): Promise<Handshakes['modern']> {
  try {
    const version = await ask()
    return { version, failure: version === null ? 'It does not speak this era.' : null }
  } catch (error) {
    const meant = error instanceof WrongEraError ? error.meaning : error
    if (meant instanceof Refusal) return { version: null, failure: meant.message }
    if (error instanceof WrongEraError) return { version: null, failure: 'It does not speak this era.' }
    throw error
  }
}
