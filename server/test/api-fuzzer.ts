import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { type ApiCallers, admitted } from './api-callers.ts'
import { shapeOf } from './api-places.ts'
import type { Operation } from './described.ts'
import type { JsonSchema } from './from-schema.ts'
import type { Answer } from './house.ts'
import type { Attempt, MadeUp } from './made-up.ts'

type Outcome = { readonly wrong: string | null; readonly status: number; readonly code: string | undefined }

/** Talks to a running server as everybody there is, by its description alone, and says what it answers otherwise than described. */
export class ApiFuzzer {
  readonly callers: ApiCallers
  readonly made: MadeUp
  readonly #document: JsonSchema
  readonly #validators = new Map<string, ValidateFunction>()
  readonly #ajv = new Ajv2020({ strict: false, allErrors: false })

  constructor(callers: ApiCallers, made: MadeUp, document: JsonSchema) {
    this.callers = callers
    this.made = made
    this.#document = document
    addFormats.default(this.#ajv)
  }

  /** @returns what is wrong about the answer, or null */
  async try({ operation, as, path, named, body }: Attempt): Promise<Outcome> {
    const answer = await this.callers.send(as, operation.method, path, body)
    const { status } = answer
    this.made.heard(operation.method, shapeOf(operation.path), as, named, body, answer)
    const mayNot = status < 300 && !(await this.#may(operation, as)) ? 'did what somebody asked who may not' : null
    const wrong = this.#judge(operation, answer) ?? mayNot
    const shown = typeof body === 'string' ? body : JSON.stringify(body)
    const code = answer.body['error']?.code
    return {
      status,
      code,
      wrong: wrong === null ? null : `${operation.method} ${path} as ${as} with ${shown?.slice(0, 600)}: ${wrong}`,
    }
  }

  /** By the document, and by the roles that somebody was given meanwhile. */
  async #may(operation: Operation, as: string): Promise<boolean> {
    if (admitted(operation).includes(as)) return true
    const [via] = as.split(' of ')
    const held = await this.callers.rolesOf(as)
    return held.some((role) => admitted(operation).includes(`${via} of ${role}`))
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
    const validate = this.#validator(`${operation.name} ${declared === undefined ? 'default' : status}`, content.schema)
    return validate(JSON.parse(text)) ? null : `${status} is unlike its schema: ${this.#ajv.errorsText(validate.errors)} in ${text.slice(0, 300)}`
  }

  #validator(key: string, schema: JsonSchema): ValidateFunction {
    const known = this.#validators.get(key)
    if (known !== undefined) return known
    const made = this.#ajv.compile({ ...schema, components: this.#document['components'] })
    this.#validators.set(key, made)
    return made
  }
}
