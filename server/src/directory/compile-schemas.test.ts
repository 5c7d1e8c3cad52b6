import type { JsonRecord } from '@handfast/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { proves } from '../../test/proves.ts'
import { compileSchemas } from './compile-schemas.ts'
import { loadValidator, type Validator } from './load-validator.ts'

proves('directory/schemas')

async function validatorOf(schema: JsonRecord): Promise<Validator> {
  const [compiled] = await compileSchemas([{ name: 'tool', inputSchema: schema }])
  return loadValidator(compiled?.input ?? '')
}

const booking = {
  type: 'object',
  properties: {
    day: { type: 'string', format: 'date' },
    guests: { type: 'integer', minimum: 1, maximum: 12 },
    table: { $ref: '#/$defs/table' },
  },
  required: ['day', 'guests'],
  additionalProperties: false,
  $defs: { table: { enum: ['window', 'garden'] } },
} as const

describe('validators compiled from a schema that others wrote', () => {
  it('name the first trouble and where it is', async () => {
    const check = await validatorOf(booking)

    const good = check({ day: '2026-12-01', guests: 2, table: 'garden' })

    expect(good).toBeNull()
    expect(check({ day: '2026-12-01' })).toEqual({ pointer: '/guests', message: 'is required' })
    expect(check({ day: 'soon', guests: 2 })).toMatchObject({ pointer: '/day' })
    expect(check({ day: '2026-12-01', guests: 2, 'a/b': 1 })).toEqual({ pointer: '/a~1b', message: 'is not a field that is known here' })
    expect(check({ day: '2026-12-01', guests: 2, table: 'roof' })).toEqual({ pointer: '/table', message: 'must be one of ["window","garden"]' })
    expect(check(null)).toMatchObject({ pointer: '' })
  })

  it('stay apart where two tools call their schemas the same', async () => {
    const of = (type: string) => ({
      $id: 'https://example.org/input',
      type: 'object',
      properties: { value: { $ref: '#/$defs/v' } },
      $defs: { v: { $id: 'v', type } },
    })
    const [text, number] = await compileSchemas([
      { name: 'text', inputSchema: of('string') },
      { name: 'number', inputSchema: of('number') },
    ])

    const [checkText, checkNumber] = [loadValidator(text?.input ?? ''), loadValidator(number?.input ?? '')]

    expect([checkText({ value: 'a' }), checkNumber({ value: 1 })]).toEqual([null, null])
    expect([checkText({ value: 1 }), checkNumber({ value: 'a' })]).toMatchObject([{ pointer: '/value' }, { pointer: '/value' }])
  })

  it('do not take inherited names for fields that were sent', async () => {
    const check = await validatorOf({ type: 'object', properties: { toString: { type: 'string' } }, required: ['constructor', 'toString'] })

    expect(check({})).toEqual({ pointer: '/constructor', message: 'is required' })
    expect(check(JSON.parse('{"constructor": 1, "toString": "x"}'))).toBeNull()
  })

  it('check patterns in linear time, and leave those to the connector that have no such form', async () => {
    const [compiled] = await compileSchemas([
      {
        name: 'tool',
        inputSchema: { type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' }, b: { type: 'string', pattern: '^(?!x)\\w+$' } } },
      },
    ])
    const check = loadValidator(compiled?.input ?? '')

    const started = performance.now()
    const answer = check({ a: `${'a'.repeat(50_000)}!` })

    expect(answer).toMatchObject({ pointer: '/a' })
    expect(performance.now() - started).toBeLessThan(2_000)
    expect(check({ b: 'anything at all' })).toBeNull()
    expect(compiled?.uncheckedPatterns).toEqual(['^(?!x)\\w+$'])
  })

  it('find repeated items in a long list without comparing each with each', async () => {
    const check = await validatorOf({ type: 'object', properties: { items: { type: 'array', uniqueItems: true } } })
    const items = Array.from({ length: 100_000 }, (_, i) => ({ i, name: `item ${i}` }))

    const before = process.threadCpuUsage()
    const answers = [check({ items }), check({ items: [...items, { name: 'item 7', i: 7 }] })]
    const { user } = process.threadCpuUsage(before)

    expect(answers).toEqual([null, { pointer: '/items', message: 'must not hold the same value twice' }])
    // Computing time: five thousand million comparisons take minutes, however idle the machine.
    expect(user / 1_000).toBeLessThan(5_000)
  })

  it('read the dialect that a schema names', async () => {
    const tuple = { type: 'object', properties: { at: { type: 'array', items: [{ type: 'number' }, { type: 'string' }], additionalItems: false } } }
    const check = await validatorOf({ $schema: 'http://json-schema.org/draft-07/schema#', ...tuple })

    expect(check({ at: [1, 'x'] })).toBeNull()
    expect(check({ at: [1, 2] })).toMatchObject({ pointer: '/at/1' })
    await expect(validatorOf(tuple)).rejects.toMatchObject({ code: 'directory/schema', pointer: '/tools/0/inputSchema/properties/at/items' })
  })

  it('answer instead of overflowing when a schema goes in a circle', async () => {
    const check = await validatorOf({
      type: 'object',
      properties: { a: { $ref: '#/$defs/loop' } },
      $defs: { loop: { allOf: [{ $ref: '#/$defs/loop' }] } },
    })

    expect(check({})).toBeNull()
    expect(check({ a: 1 })).toEqual({ pointer: '', message: 'nests in a way that cannot be checked' })
  })

  it('cannot be made to answer later, which would look like a yes', async () => {
    const check = await validatorOf({ $async: true, type: 'object', required: ['a'] } as JsonRecord)

    expect(check({})).toMatchObject({ pointer: '/a' })
  })

  it('are refused where they take longer than the time that was given', async () => {
    const properties = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, i) => [`p${i}`, { type: 'object', properties: { a: { type: 'string' }, b: { type: 'integer' } } }]),
    )

    const compiling = compileSchemas([{ name: 'tool', inputSchema: { type: 'object', properties } }], 40)

    await expect(compiling).rejects.toMatchObject({ code: 'directory/schema-too-costly' })
    await expect(validatorOf(booking)).resolves.toBeTypeOf('function')
  })

  it('hold nothing that a schema says as code, whatever characters it uses', async () => {
    const nasty = [
      '"',
      "'",
      '`',
      '\\',
      '$' + '{globalThis.broken=1}',
      '*/',
      '\u2028',
      '\n',
      '</script>',
      '");globalThis.broken=1;("',
      "']=globalThis.broken=1;//",
    ]
    const word = fc.string({ unit: fc.oneof(fc.constantFrom(...nasty), fc.string({ minLength: 1, maxLength: 1 })), maxLength: 12 })
    const schemas = await fc.sample(fc.tuple(word, word, word), 60)

    const tools = schemas.map(([name, value, title], i) => ({
      name: `t${i}`,
      inputSchema: {
        type: 'object',
        title,
        properties: JSON.parse(`{${JSON.stringify(name)}: ${JSON.stringify({ const: value, description: title })}}`),
      },
    }))
    const compiled = await compileSchemas(tools)

    for (const [i, tool] of compiled.entries()) {
      const [name, value] = schemas[i] ?? ['', '']
      const check = loadValidator(tool.input)
      expect(check(JSON.parse(`{${JSON.stringify(name)}: ${JSON.stringify(value)}}`))).toBeNull()
      expect(check(JSON.parse(`{${JSON.stringify(name)}: ${JSON.stringify(`${value}x`)}}`))).not.toBeNull()
    }
    expect(globalThis).not.toHaveProperty('broken')
  })
})
