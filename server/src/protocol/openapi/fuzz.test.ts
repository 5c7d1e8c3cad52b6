import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { rounds, timeFor } from '../../../test/rounds.ts'
import { type Json, type JsonObject, Refusal } from '../../lib/index.ts'
import { inspectOperations } from './inspect-operations.ts'
import { readDocument } from './read-document.ts'

const WORST_MS = 50
const MOST_GROWTH_MIB = 20
const count = rounds(100_000)

/** Memory in use once everything that is not is collected, in MiB. */
function heldMiB(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed / 1024 / 1024
}

/** Words that mean something in a document, where a fuzzer of letters would never find them. */
const words = fc.constantFrom(
  ...[
    'openapi',
    'swagger',
    'paths',
    'get',
    'post',
    'parameters',
    'name',
    'in',
    'schema',
    'type',
    'properties',
    'items',
    'allOf',
    'oneOf',
    'anyOf',
    '$ref',
  ],
  ...[
    'required',
    'requestBody',
    'content',
    'responses',
    '200',
    'servers',
    'url',
    'variables',
    'enum',
    'default',
    'discriminator',
    'mapping',
    'style',
  ],
  ...[
    'application/json',
    'multipart/form-data',
    'components',
    'schemas',
    'security',
    'securitySchemes',
    '__proto__',
    'constructor',
    'toString',
    '/a/{b}',
  ],
)
const values = fc.constantFrom<Json>(
  ...[
    '3.1.0',
    '3.0.3',
    '2.0',
    'query',
    'path',
    'body',
    'object',
    'array',
    'string',
    'deepObject',
    'https://api.example/{v}',
    '../../etc',
    '%',
    '{',
    '',
  ],
  ...['#/components/schemas/A', '#/components/schemas/~1~0', '#', '#/', 'other.yaml#/A', 'https://elsewhere.example/x.json', '\u0000', '\ud800'],
  ...[null, true, -1, 1e308],
)
const anything = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    values,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(fc.oneof({ weight: 9, arbitrary: words }, { weight: 1, arbitrary: fc.string() }), tie('value')), { maxLength: 5 }).map(
      // Own members, whatever they are called.
      (members) => JSON.parse(`{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`) as JsonObject,
    ),
  ),
})).value

/** A sound document with something else in one place: what a careless author, or a careful attacker, hands in. */
const almost = fc
  .record({
    parameter: anything,
    schema: anything,
    body: anything,
    answer: anything,
    server: anything,
    path: fc.oneof(fc.constant('/a/{b}'), fc.string()),
    more: anything,
  })
  .map(({ parameter, schema, body, answer, server, path, more }) => ({
    openapi: '3.1.0',
    servers: [{ url: 'https://api.example' }, server],
    paths: {
      [path]: {
        post: {
          operationId: 'a',
          parameters: [{ name: 'b', in: 'path', required: true, schema }, parameter],
          requestBody: body,
          responses: { 200: answer },
        },
      },
      '/more': more,
    },
    components: { schemas: { A: schema, B: { allOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }] } } },
  }))

const documents = fc.oneof(
  almost.map((value) => JSON.stringify(value)),
  almost.map((value) => stringify(value)),
  anything.map((value) => JSON.stringify(value)),
  fc.tuple(almost, fc.double({ min: 0, max: 1, noNaN: true })).map(([value, share]) => {
    const text = JSON.stringify(value)
    return text.slice(0, Math.floor(text.length * share))
  }),
  fc.string({ unit: 'binary' }),
)

describe('a document that somebody hands in', () => {
  it(`is taken apart or refused at once, whatever it is, and leaves nothing behind (${count} documents)`, { timeout: timeFor(count, 40) }, () => {
    const read = (text: string): number => {
      // Time of this thread alone: on a busy machine others take theirs in between.
      const start = process.threadCpuUsage()
      try {
        const { operations } = inspectOperations(readDocument(text))
        for (const { usable, reason } of operations) if (!usable) expect(reason ?? '').not.toBe('')
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
      }
      const { user, system } = process.threadCpuUsage(start)
      return (user + system) / 1000
    }
    let slow = 0
    const held: number[] = []
    const run = (numRuns: number, seed: number): void =>
      fc.assert(
        fc.property(documents, (text) => {
          // A pause of the collector, or of the machine, is nobody's doing: what is really slow is slow again.
          if (read(text) > WORST_MS && read(text) > WORST_MS) slow++
        }),
        { numRuns, seed, endOnFailure: true },
      )

    for (let part = 0; part < 4; part++) {
      run(count / 4, part)
      held.push(heldMiB())
    }

    expect(slow).toBe(0)
    expect((held[3] ?? 0) - (held[0] ?? 0)).toBeLessThan(MOST_GROWTH_MIB)
  })
})
