import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { proves } from '../../test/proves.ts'
import { canonicalJson, type Json, newId, sha256 } from '../lib/index.ts'
import type { PersonalSealer } from '../sealing/index.ts'
import type { Armed } from './call.ts'
import { intentRows, outcomeRows, refusalRows } from './record.ts'

proves('gateway/basis', 'gateway/commitment')

/** Keeps what it is given, so that a test can look at it. */
function openSealer(): { readonly sealer: PersonalSealer; readonly kept: Map<string, string> } {
  const kept = new Map<string, string>()
  const sealer = {
    seal: (place: string, text: string) => {
      kept.set(place, text)
      return `sealed ${place}`
    },
    open: (place: string) => kept.get(place) ?? '',
  }
  return { sealer: sealer as unknown as PersonalSealer, kept }
}

type Odd = { readonly tool: string; readonly protocol: string; readonly args: Json; readonly at: number }
const odd: fc.Arbitrary<Odd> = fc.record({
  tool: fc.oneof(fc.string({ unit: 'binary', maxLength: 140 }), fc.constantFrom('"', '\\', '\u2028', '\u0000', '__proto__', 'a\nb', '\ud800', '}')),
  protocol: fc.oneof(fc.constant('mcp/2026-07-28'), fc.string({ unit: 'binary', maxLength: 40 })),
  args: fc.jsonValue() as fc.Arbitrary<Json>,
  at: fc.integer({ min: 0, max: 4_000_000_000_000 }),
})

function armedCall({ tool, protocol, args, at }: Odd, sealer: PersonalSealer): Armed {
  return {
    id: newId('call', at),
    at,
    principal: { user: newId('usr'), workspace: newId('wsp'), assistant: newId('ast') },
    standing: { connector: newId('con') },
    release: { id: newId('rel') },
    tool: { name: tool },
    name: tool,
    protocol,
    argumentsText: JSON.stringify(args),
    sealer,
  } as unknown as Armed
}

/** The ledger's row among those that were made, as columns. */
function entryOf(rows: ReturnType<typeof intentRows>) {
  const row = rows.find(({ into }) => into.name === 'ledger_entries')
  return Object.fromEntries((row?.into.columns ?? []).map((column, index) => [column, row?.values[index]]))
}

function expectCanonical(rows: ReturnType<typeof intentRows>): Record<string, Json> {
  const entry = entryOf(rows)
  const body = String(entry['body'])
  const said = JSON.parse(body) as Record<string, Json>
  expect(body).toBe(canonicalJson(said))
  expect({ workspace_id: said['workspace'], at: said['at'], event: said['event'], subject: said['subject'] }).toEqual({
    workspace_id: entry['workspace_id'],
    at: entry['at'],
    event: entry['event'],
    subject: entry['subject'],
  })
  return said
}

describe('an entry written by hand', () => {
  it('is the canonical JSON of what it says, whatever a tool is called', () => {
    fc.assert(
      fc.property(odd, (call) => {
        const { sealer } = openSealer()
        const armed = armedCall(call, sealer)
        const code = 'upstream/timed-out'

        const intent = expectCanonical(intentRows(armed, 'node_a'))
        const answered = expectCanonical(
          outcomeRows(armed, { state: 'answered', code: null, at: call.at + 5, durationMs: 5, resultText: '{"content":[]}' }),
        )
        const failed = expectCanonical(outcomeRows(armed, { state: 'failed', code, at: call.at + 5, durationMs: 5, resultText: null }))
        const refused = expectCanonical(refusalRows(armed, 'node_a', 'consent/not-enabled', call.at, 1))
        const { standing: _, tool: __, release: ___, ...early } = armed
        const unknown = expectCanonical(refusalRows(early, 'node_a', 'gateway/unknown-tool', call.at, 1))

        expect([intent['event'], answered['event'], failed['event'], refused['event'], unknown['event']]).toEqual([
          'call.intended',
          'call.answered',
          'call.failed',
          'call.refused',
          'call.refused',
        ])
        expect(intent['tool']).toBe(JSON.parse(JSON.stringify(call.tool)))
        expect(failed['code']).toBe(code)
        expect(answered).not.toHaveProperty('code')
      }),
    )
  })

  it('commits to the arguments with a salt that only the person can open, and says none of them', () => {
    fc.assert(
      fc.property(odd, (call) => {
        const { sealer, kept } = openSealer()
        const armed = armedCall({ ...call, args: { secret: 'a table for two', more: call.args } }, sealer)

        const said = expectCanonical(intentRows(armed, 'node_a'))

        const { salt, value } = JSON.parse(kept.get(`arguments:${armed.id}`) ?? '') as { salt: string; value: Json }
        expect(said['arguments']).toBe(sha256(salt + armed.argumentsText))
        expect(canonicalJson(value)).toBe(canonicalJson(JSON.parse(armed.argumentsText) as Json))
        expect(JSON.stringify(said)).not.toContain('a table for two')
      }),
    )
  })

  it('commits twice to the same arguments without showing that they are the same', () => {
    const { sealer } = openSealer()
    const call = armedCall({ tool: 'echo', protocol: 'mcp/2026-07-28', args: { a: 1 }, at: 5 }, sealer)

    const [first, second] = [expectCanonical(intentRows(call, 'node_a')), expectCanonical(intentRows(call, 'node_a'))]

    expect(first['arguments']).not.toBe(second['arguments'])
  })

  it('of very long contents keeps the commitment and the length', () => {
    const { sealer, kept } = openSealer()
    const call = armedCall({ tool: 'echo', protocol: 'mcp/2026-07-28', args: { text: 'x'.repeat(70_000) }, at: 5 }, sealer)

    const said = expectCanonical(intentRows(call, 'node_a'))

    const { salt, omitted } = JSON.parse(kept.get(`arguments:${call.id}`) ?? '') as { salt: string; omitted: number }
    expect(said['arguments']).toBe(sha256(salt + call.argumentsText))
    expect(omitted).toBe(call.argumentsText.length)
  })
})
