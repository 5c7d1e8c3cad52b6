/** Runs in the compiling thread only: importing this costs what the server does not need to start. */
import { _, Ajv, type AnySchemaObject, type KeywordCxt, type Options } from 'ajv'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import standalone from 'ajv/dist/standalone/index.js'
import formats from 'ajv-formats'
import { hasRepeats } from './has-repeats.ts'
import { lazyPattern, linearPattern } from './pattern.ts'

/** Code of one validator, and the patterns in it that cannot be checked here. */
export type CompiledSchema = { readonly code: string; readonly uncheckedPatterns: readonly string[] }

/** A schema that has no meaning. The pointer is relative to the schema. */
export class SchemaMeaninglessError extends Error {
  override readonly name = 'SchemaMeaninglessError'
  readonly pointer: string
  constructor(pointer: string, message: string) {
    super(message)
    this.pointer = pointer
  }
}

/** Formats whose check takes linear time; the others say something to people only (JSON Schema 2020-12 section 7.2.1 allows that). */
const FORMATS = [
  'date',
  'time',
  'date-time',
  'duration',
  'uri',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uuid',
  'json-pointer',
  'int32',
  'int64',
] as const

type Dialect = typeof Ajv2020 | typeof Ajv2019 | typeof Ajv

/** Without a word about it, a schema is of 2020-12 (MCP 2026-07-28, and JSON Schema's current edition). */
function dialectOf(schema: AnySchemaObject): Dialect {
  const told = typeof schema['$schema'] === 'string' ? schema['$schema'] : ''
  if (/json-schema\.org\/draft-0[3-7]\//.test(told)) return Ajv
  return told.includes('draft/2019-09') ? Ajv2019 : Ajv2020
}

const judges = new Map<Dialect, InstanceType<Dialect>>()
/** Judges schemas by the meta-schema of their dialect. Making one takes 15 ms, so they are kept; they keep nothing of what they judge. */
function judgeOf(Kind: Dialect): InstanceType<Dialect> {
  const known = judges.get(Kind)
  if (known !== undefined) return known
  const made = new Kind({ strict: false, logger: false })
  judges.set(Kind, made)
  return made
}

/**
 * Turns a schema into the source of a function. Every schema has a compiler of its own, so that two schemas that call themselves the same (`$id`)
 * never meet. Nothing is fetched: what a reference names must be in the schema.
 * @throws SchemaMeaninglessError
 */
export function compileSchema(given: AnySchemaObject): CompiledSchema {
  const Kind = dialectOf(given)
  // `$async` is a word of the compiler's own that would turn every answer into a promise, and every promise looks like a yes.
  const { $schema: _dialect, $async: _async, ...schema } = given
  const judge = judgeOf(Kind)
  if (judge.validateSchema(schema) !== true) {
    const error = judge.errors?.[0]
    throw new SchemaMeaninglessError(error?.instancePath ?? '', `This is not a JSON Schema: it ${error?.message ?? 'cannot be read'}.`)
  }
  const unchecked = new Set<string>()
  const ajv = new Kind(optionsFor(unchecked))
  formats.default(ajv, { formats: [...FORMATS], keywords: false })
  ajv.removeKeyword('uniqueItems')
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must not hold the same value twice' },
    code: uniqueItems,
  })
  try {
    const validate = ajv.compile(schema)
    if ('$async' in validate) throw new SchemaMeaninglessError('', 'A schema cannot be checked later.')
    return { code: standalone.default(ajv, validate), uncheckedPatterns: [...unchecked] }
  } catch (error) {
    if (error instanceof SchemaMeaninglessError) throw error
    throw new SchemaMeaninglessError('', `This schema cannot be used: ${(error as Error).message.slice(0, 300)}.`)
  }
}

function optionsFor(unchecked: Set<string>): Options {
  const regExp = (pattern: string) => {
    if (linearPattern(pattern) === undefined) unchecked.add(pattern)
    return lazyPattern(pattern)
  }
  regExp.code = 'require("handfast/pattern")'
  return {
    strict: false,
    logger: false,
    // The judge has judged already, and a compiler that does not load meta-schemas is made in 1 ms instead of 17.
    meta: false,
    validateSchema: false,
    // Shared parts become functions that are called, instead of code that is repeated.
    inlineRefs: false,
    // A field called `constructor` is absent unless it was sent.
    ownProperties: true,
    code: { source: true, regExp },
  }
}

function uniqueItems(cxt: KeywordCxt): void {
  if (cxt.schema !== true) return
  const repeats = cxt.gen.scopeValue('func', { ref: hasRepeats, code: _`require("handfast/has-repeats")` })
  cxt.fail(_`${repeats}(${cxt.data})`)
}
