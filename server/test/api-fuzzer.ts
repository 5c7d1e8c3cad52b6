import { type Role, roles } from '@handfast/contract'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import type { App } from '../src/app.ts'
import { isObject } from '../src/lib/index.ts'
import { anyJson, fromSchema, type JsonSchema, type Known, spoiled } from './from-schema.ts'
import { type Answer, Client, PASSWORD } from './house.ts'

type Policy = { readonly kind: 'public' | 'session' | 'token' | 'session-or-token'; readonly roles?: readonly Role[] }
type Parameter = { readonly name: string; readonly in: 'path' | 'query'; readonly required: boolean; readonly schema: JsonSchema }
type Content = Readonly<Record<string, { readonly schema?: JsonSchema }>>

/** One operation, as the document describes it. */
export type Operation = {
  readonly method: string
  readonly path: string
  readonly parameters: readonly Parameter[]
  readonly body: JsonSchema | null
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
  readonly policy: Policy
}

/** What somebody tries: the operation, as whom, and with what. */
export type Attempt = {
  readonly operation: Operation
  readonly as: string
  readonly path: string
  readonly body: unknown
}

export function operationsIn(document: JsonSchema): readonly Operation[] {
  const paths = document['paths'] as Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => {
      const body = one['requestBody'] as { readonly content: Content } | undefined
      return {
        method: method.toUpperCase(),
        path,
        parameters: (one['parameters'] ?? []) as readonly Parameter[],
        body: body?.content['application/json']?.schema ?? null,
        responses: one['responses'] as Operation['responses'],
        policy: one['x-handfast-policy'] as Policy,
      }
    }),
  )
}

/** Talks to a running server as everybody there is, by its description alone, and says what it answers otherwise than described. */
export class ApiFuzzer {
  readonly #app: App
  readonly #url: string
  readonly #document: JsonSchema
  readonly #clients = new Map<string, { readonly client: Client; readonly headers: Readonly<Record<string, string>> }>()
  /** What answers told: ids by their prefix, digests, short names. */
  readonly #told = new Map<string, Set<string>>()
  readonly #validators = new Map<string, ValidateFunction>()
  readonly #ajv: Ajv2020
  #people = 0

  constructor(app: App, url: string, document: JsonSchema) {
    this.#app = app
    this.#url = url
    this.#document = document
    this.#ajv = new Ajv2020({ strict: false, allErrors: false })
    addFormats.default(this.#ajv)
  }

  /** Everybody whom an operation could meet. */
  static readonly callers: readonly string[] = ['nobody', ...roles.map((role) => `session of ${role}`), ...roles.map((role) => `token of ${role}`)]

  /** Those whom the document lets in. */
  static admitted({ policy }: Operation): readonly string[] {
    if (policy.kind === 'public') return ApiFuzzer.callers
    const vias = policy.kind === 'session-or-token' ? ['session', 'token'] : [policy.kind]
    const held = policy.roles === undefined || policy.roles.length === 0 ? roles : policy.roles
    return vias.flatMap((via) => held.map((role) => `${via} of ${role}`))
  }

  attempts(operation: Operation): fc.Arbitrary<Attempt> {
    const known: Known = (schema, name) => this.#known(schema, name)
    const filled = (parameter: Parameter) => fromSchema(parameter.schema, known, parameter.name)
    const [inPath, inQuery] = [operation.parameters.filter((one) => one.in === 'path'), operation.parameters.filter((one) => one.in === 'query')]
    const path = fc.record(Object.fromEntries(inPath.map((one) => [one.name, filled(one)])))
    const required = inQuery.filter((one) => one.required).map(({ name }) => name)
    const query = fc.record(Object.fromEntries(inQuery.map((one) => [one.name, filled(one)])), { requiredKeys: required })
    const body = operation.body === null ? fc.constant(undefined) : fromSchema(operation.body, known)
    const valid = fc.record({ path, query, body })
    const invalid = valid.chain((one) =>
      fc.oneof(
        ...(operation.body === null ? [] : [spoiled(one.body).map((other) => ({ ...one, body: other }))]),
        spoiled(one.query).map((other) => ({ ...one, query: isObject(other) ? other : { more: other } })),
        spoiled(one.path).map((other) => ({ ...one, path: isObject(other) ? { ...one.path, ...other } : one.path })),
        fc.constantFrom('{', '[1,', '"', '\u0000', '{"a":1}}', `${'['.repeat(5_000)}`).map((text) => ({ ...one, body: text })),
        anyJson.map((other) => ({ ...one, body: other })),
      ),
    )
    const who = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...ApiFuzzer.admitted(operation)) },
      { weight: 1, arbitrary: fc.constantFrom(...ApiFuzzer.callers) },
    )
    const sent = fc.oneof({ weight: 3, arbitrary: valid }, { weight: 2, arbitrary: invalid })
    return fc.tuple(who, sent).map(([as, one]) => {
      const text = new URLSearchParams(Object.entries(one.query).map(([name, value]): [string, string] => [name, asText(value)])).toString()
      const address = operation.path.replaceAll(
        /\{(\w+)\}/g,
        (_, name: string) => encodeURIComponent(asText(Object.hasOwn(one.path, name) ? one.path[name] : 'x')) || '%20',
      )
      const takesBody = operation.method !== 'GET'
      return { operation, as, path: text === '' ? address : `${address}?${text}`, body: takesBody ? one.body : undefined }
    })
  }

  /** @returns what is wrong about the answer, or null; and whether it was a success */
  async try(attempt: Attempt): Promise<{ readonly wrong: string | null; readonly status: number }> {
    const { client, headers } = await this.#clientOf(attempt.as)
    const { method } = attempt.operation
    const answer = await client.send(method, attempt.path, attempt.body, headers)
    this.#listen(answer.body)
    // Whoever was signed out, disabled or erased by what somebody tried comes in anew.
    if (answer.status === 401 && attempt.as !== 'nobody') this.#clients.delete(attempt.as)
    const wrong = this.#judge(attempt.operation, answer)
    const shown = typeof attempt.body === 'string' ? attempt.body : JSON.stringify(attempt.body)
    return {
      status: answer.status,
      wrong: wrong === null ? null : `${method} ${attempt.path} as ${attempt.as} with ${shown?.slice(0, 400)}: ${wrong}`,
    }
  }

  #judge(operation: Operation, answer: Answer): string | null {
    const { status, text } = answer
    // What another server did not do is told as that, with a code; what failed here is a fault.
    if (status >= 500 && (status === 500 || answer.body['error']?.code === undefined)) return `${status} ${text.slice(0, 300)}`
    const declared = operation.responses[String(status)]
    if (declared === undefined && status < 400) return `the document does not declare ${status}`
    const response = declared ?? operation.responses['default']
    if (response === undefined) return `the document does not declare ${status}`
    if (response.content === undefined) return text === '' ? null : `${status} with a body, where the document declares none`
    const type = (answer.headers['content-type'] ?? '').split(';', 1)[0] ?? ''
    const content = response.content[type] ?? (status < 400 ? response.content['*/*'] : undefined)
    if (content === undefined) return `${status} as ${type === '' ? 'nothing' : type}, which the document does not declare`
    if (content.schema === undefined || type !== 'application/json' || type in response.content === false) return null
    const validate = this.#validator(`${operation.method} ${operation.path} ${declared === undefined ? 'default' : status}`, content.schema)
    return validate(JSON.parse(text)) ? null : `${status} is unlike its schema: ${this.#ajv.errorsText(validate.errors)} in ${text.slice(0, 300)}`
  }

  #validator(key: string, schema: JsonSchema): ValidateFunction {
    const known = this.#validators.get(key)
    if (known !== undefined) return known
    const made = this.#ajv.compile({ ...schema, components: this.#document['components'] })
    this.#validators.set(key, made)
    return made
  }

  /** Ids and digests that were told are tried again, most of the time. */
  #known(schema: JsonSchema, name: string): fc.Arbitrary<unknown> | undefined {
    const { pattern } = schema
    if (schema['type'] !== 'string') return undefined
    const kind = typeof pattern !== 'string' ? undefined : pattern.includes('{64}') ? 'sha256' : /^\^?\(?([a-z]{3})_/.exec(pattern)?.[1]
    const told = [...(this.#told.get(kind ?? name) ?? [])]
    if (told.length === 0 || (kind === undefined && name !== 'slug')) return undefined
    const invented = kind === 'sha256' ? fc.constant('0'.repeat(64)) : fc.constant(kind === undefined ? 'nobody-has-it' : `${kind}_${'0'.repeat(32)}`)
    return fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...told) }, { weight: 1, arbitrary: invented })
  }

  #listen(value: unknown, name = ''): void {
    if (typeof value === 'string') {
      const kind = /^([a-z]{3})_[0-9a-f]{32}$/.exec(value)?.[1] ?? (/^[0-9a-f]{64}$/.test(value) ? 'sha256' : name === 'slug' ? 'slug' : undefined)
      if (kind === undefined) return
      const known = this.#told.get(kind) ?? new Set()
      this.#told.set(kind, known)
      if (known.size < 200) known.add(value)
    } else if (Array.isArray(value)) for (const one of value) this.#listen(one, name)
    else if (isObject(value)) for (const [key, one] of Object.entries(value)) this.#listen(one, key)
  }

  async #clientOf(as: string) {
    const known = this.#clients.get(as)
    if (known !== undefined) return known
    const made = { client: new Client(this.#url), headers: {} as Record<string, string> }
    this.#clients.set(as, made)
    const [via, role] = as.split(' of ')
    if (role === undefined) return made
    const { people, authorization } = this.#app.rooms
    const email = `visitor${++this.#people}@example.org`
    const { token } = await people.invite('system', { name: `Visitor ${this.#people}`, email, roles: ['user', role as Role] })
    const { user, secret } = await people.acceptInvitation({ token, password: PASSWORD }, { address: '203.0.113.7', agent: 'a test' })
    if (via === 'session') {
      made.client.cookie = `handfast=${secret}`
      await made.client.get('/api/v1/session')
    } else {
      const { secret: bearer } = await authorization.create(this.#app.workspace, user, { name: 'x', assistant: 'Claude' })
      made.headers['authorization'] = `Bearer ${bearer}`
    }
    return made
  }
}

function asText(value: unknown): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed()
}
