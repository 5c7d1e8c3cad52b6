import fc from 'fast-check'

/** A JSON Schema, as the description of the control API has them. */
export type JsonSchema = { readonly [key: string]: unknown }

/** Values that somebody knows already, such as ids that an answer told. Undefined: nothing fits. */
export type Known = (schema: JsonSchema, name: string) => fc.Arbitrary<unknown> | undefined

/** Texts that programs trip over: nothing, what databases and shells read, marks that turn text around, half a character, names of prototypes. */
const odd = [
  '',
  ' ',
  '0',
  '-1',
  'null',
  '__proto__',
  "'; --",
  '$(x)',
  '\u202e',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '😀'.repeat(5),
  'e\u0301',
  '../..',
  '%00',
  '\r\nx: y',
]
/** Addresses that lead nowhere without a look at any name server. */
const addresses = ['https://127.0.0.1:1/', 'https://127.0.0.1:1/a?b=c', 'https://[::1]:1/x', 'https://192.0.2.1.:1/']

/** Any, and more often those around the time of a test. */
const anyTime = { min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }
const dates = fc.oneof(fc.date(anyTime), fc.date({ ...anyTime, min: new Date('2026-10-01'), max: new Date('2027-10-01') }))

/** Names of hosts are not made up by accident: nothing of a test asks a name server. */
const hostless = (text: string) => text.replaceAll('.', '·')

function cut(text: string, { minLength = 0, maxLength = 4_000 }: { readonly minLength?: number; readonly maxLength?: number }): string {
  return text.padEnd(minLength, 'x').slice(0, maxLength)
}

function texts(schema: JsonSchema): fc.Arbitrary<unknown> {
  const bounds = {
    ...(typeof schema['minLength'] === 'number' ? { minLength: schema['minLength'] } : {}),
    ...(typeof schema['maxLength'] === 'number' ? { maxLength: schema['maxLength'] } : {}),
  }
  const { format, pattern } = schema
  if (format === 'uri') return fc.constantFrom(...addresses)
  if (format === 'email') return fc.stringMatching(/^[a-z]{1,8}[0-9]{0,3}$/).map((name) => `${name}@mail.invalid`)
  if (format === 'date-time') return dates.map((date) => date.toISOString())
  if (format === 'date') return dates.map((date) => date.toISOString().slice(0, 10))
  if (format === 'uuid') return fc.uuid()
  if (typeof pattern === 'string') {
    const matching = new RegExp(pattern)
    return fc
      .stringMatching(matching)
      .map((text) => (text.length > (bounds.maxLength ?? text.length) && matching.test(cut(text, bounds)) ? cut(text, bounds) : text))
  }
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('Heron', 'a word', 'deux mots', 'мир', '山').map((text) => cut(text, bounds)) },
    { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => cut(hostless(text), bounds)) },
    { weight: 1, arbitrary: fc.constantFrom(...odd).map((text) => cut(text, bounds)) },
    { weight: 1, arbitrary: fc.constant('x'.repeat(Math.min(bounds.maxLength ?? 100, 5_000))) },
  )
}

function numbers(schema: JsonSchema): fc.Arbitrary<unknown> {
  const least = Number(schema['minimum'] ?? (typeof schema['exclusiveMinimum'] === 'number' ? schema['exclusiveMinimum'] + 1 : -1_000_000))
  const most = Number(schema['maximum'] ?? (typeof schema['exclusiveMaximum'] === 'number' ? schema['exclusiveMaximum'] - 1 : 1_000_000))
  const [min, max] = [Math.max(least, Number.MIN_SAFE_INTEGER), Math.min(Math.max(least, most), Number.MAX_SAFE_INTEGER)]
  return fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max))
}

function objects(schema: JsonSchema, known: Known, depth: number): fc.Arbitrary<unknown> {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>
  const required = (schema['required'] ?? []) as readonly string[]
  const fields = fc.record(Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, fromSchema(one, known, name, depth + 1)])), {
    requiredKeys: required.filter((name) => name in properties),
  })
  const more = schema['additionalProperties']
  if (typeof more !== 'object' || more === null || Object.keys(properties).length > 0) return fields
  if (required.length > 0)
    return fc.record(Object.fromEntries(required.map((name) => [name, fromSchema(more as JsonSchema, known, name, depth + 1)])))
  const keys = fromSchema((schema['propertyNames'] ?? { type: 'string', maxLength: 20 }) as JsonSchema, known, '', depth + 1) as fc.Arbitrary<string>
  return fc.dictionary(keys, fromSchema(more as JsonSchema, known, '', depth + 1), { maxKeys: 4 })
}

/**
 * Values that fit a schema of the kind that our description has (JSON Schema 2020-12 without references between documents). What a schema cannot say,
 * such as that one field needs another, is not known here, so a value that fits may still be refused.
 */
export function fromSchema(schema: JsonSchema, known: Known, name = '', depth = 0): fc.Arbitrary<unknown> {
  const ready = known(schema, name)
  if (ready !== undefined) return ready
  if ('const' in schema) return fc.constant(schema['const'])
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]))
  const ways = (schema['anyOf'] ?? schema['oneOf']) as readonly JsonSchema[] | undefined
  if (ways !== undefined) return fc.constantFrom(...ways).chain((way) => fromSchema(way, known, name, depth + 1))
  const all = schema['allOf'] as readonly JsonSchema[] | undefined
  if (all !== undefined)
    return fc.tuple(...all.map((part) => fromSchema(part, known, name, depth + 1))).map((parts) => Object.assign({}, ...(parts as object[])))
  switch (schema['type']) {
    case 'string':
      return texts(schema)
    case 'integer':
    case 'number':
      return numbers(schema)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array': {
      const [least, most] = [Number(schema['minItems'] ?? 0), Number(schema['maxItems'] ?? 3)]
      const items = fromSchema((schema['items'] ?? {}) as JsonSchema, known, name, depth + 1)
      return fc.array(items, { minLength: least, maxLength: Math.max(least, Math.min(most, depth > 4 ? 1 : 3)) })
    }
    case 'object':
      return objects(schema, known, depth)
    default:
      return anyJson
  }
}

/** Any JSON at all, small. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1e308, 2 ** 53, [], {}, [[]], { toString: 1 }, ...odd),
  fc.jsonValue({ maxDepth: 2 }),
)

/** The value with something about it that no longer fits, most of the time. */
export function spoiled(value: unknown): fc.Arbitrary<unknown> {
  if (Array.isArray(value))
    return fc.oneof(anyJson, fc.constant([...value, ...value, { unlike: 1 }]), fc.constant(Array.from({ length: 2_000 }, () => value[0] ?? null)))
  if (typeof value !== 'object' || value === null) return anyJson
  const names = Object.keys(value)
  const without = (name: string) => Object.fromEntries(Object.entries(value).filter(([one]) => one !== name))
  return fc.oneof(
    ...(names.length === 0
      ? []
      : [
          fc.constantFrom(...names).map(without),
          fc.constantFrom(...names).chain((name) => spoiled((value as Record<string, unknown>)[name]).map((other) => ({ ...value, [name]: other }))),
        ]),
    fc
      .tuple(fc.constantFrom('more', '__proto__', 'constructor', ''), anyJson)
      .map(([name, other]) => Object.defineProperty({ ...value }, name, { value: other, enumerable: true })),
    anyJson,
  )
}
