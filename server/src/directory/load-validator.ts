import { createRequire } from 'node:module'
import { compileFunction } from 'node:vm'
import { isObject, type Json, pointerStep } from '../lib/index.ts'
import { hasRepeats } from './has-repeats.ts'
import { lazyPattern } from './pattern.ts'

/** What is wrong with a value, and where (RFC 6901), or null. The first trouble only. */
export type Validator = (value: unknown) => { readonly pointer: string; readonly message: string } | null

type SchemaError = { readonly instancePath: string; readonly keyword: string; readonly message?: string; readonly params: Json }
type Compiled = { (value: unknown): boolean; errors?: readonly SchemaError[] | null }

const nodeRequire = createRequire(import.meta.url)
const runtime = new Set(['ajv/dist/runtime/equal', 'ajv/dist/runtime/ucs2length', 'ajv-formats/dist/formats'])

/** All that generated code can import. */
function requireForValidators(name: string): unknown {
  if (name === 'handfast/pattern') return lazyPattern
  if (name === 'handfast/has-repeats') return hasRepeats
  if (runtime.has(name)) return nodeRequire(name)
  throw new Error(`A validator asked for ${name.slice(0, 100)}.`)
}

/**
 * Turns the source of a validator into the validator. This evaluates code, which is safe for three reasons together: the text is what ajv wrote in our own
 * thread, not what a developer sent; ajv writes names and values of a schema into code only as quoted literals; and between writing and evaluating it was
 * sealed with a key that is not in the database, so whoever can change rows still cannot have code of theirs run.
 * @param source made by `compileSchemas` and opened by our seal; never anything else
 */
export function loadValidator(source: string): Validator {
  const module: { exports: unknown } = { exports: {} }
  compileFunction(source, ['module', 'exports', 'require'], { filename: 'validator.js' })(module, module.exports, requireForValidators)
  const compiled = module.exports as Compiled
  return (value) => {
    try {
      if (compiled(value)) return null
    } catch (error) {
      // A schema can send its checks in a circle that only a certain value enters.
      if (error instanceof RangeError) return { pointer: '', message: 'nests in a way that cannot be checked' }
      throw error
    }
    return readable(compiled.errors?.[0])
  }
}

function readable(error: SchemaError | undefined): { readonly pointer: string; readonly message: string } {
  if (error === undefined) return { pointer: '', message: 'does not fit its schema' }
  const params = isObject(error.params) ? error.params : {}
  const at = (key: Json | undefined) => `${error.instancePath}/${pointerStep(String(key))}`
  switch (error.keyword) {
    case 'required':
      return { pointer: at(params['missingProperty']), message: 'is required' }
    case 'additionalProperties':
      return { pointer: at(params['additionalProperty']), message: 'is not a field that is known here' }
    case 'unevaluatedProperties':
      return { pointer: at(params['unevaluatedProperty']), message: 'is not a field that is known here' }
    case 'enum':
      return { pointer: error.instancePath, message: `must be one of ${JSON.stringify(params['allowedValues'] ?? []).slice(0, 300)}` }
    case 'const':
      return { pointer: error.instancePath, message: `must be ${JSON.stringify(params['allowedValue'] ?? null).slice(0, 300)}` }
    default:
      return { pointer: error.instancePath, message: (error.message ?? 'does not fit its schema').slice(0, 500) }
  }
}
