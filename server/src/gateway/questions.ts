import { randomUUID } from 'node:crypto'
import { needsDigest } from '../consent/index.ts'
import { type Clock, isObject, type Json, type JsonObject } from '../lib/index.ts'
import { shortText, valueNestsDeeperThan } from '../protocol/mcp/index.ts'
import type { Sealing } from '../sealing/index.ts'
import type { Intended, Questions } from './call.ts'
import { QuestionRefusedError } from './gateway-errors.ts'
import { STATE_LASTS, sealState } from './stages/resume.ts'

const MAX_DEPTH = 16
const MAX_FIELDS = 50
const MAX_SCHEMA = 32 * 1024
const MAX_MESSAGE = 4_000

/**
 * A connector's questions as the assistant gets them: each says who asks, forms ask for nothing that belongs into no form, pages are real addresses. The
 * connector's state is sealed, so that it comes back from nobody else, for nothing else, and not for ever.
 * @throws QuestionRefusedError
 */
export function askFor(call: Intended, requests: JsonObject, inner: string | undefined, sealing: Sealing, clock: Clock): Questions {
  const { name } = call.standing
  const inputRequests = Object.fromEntries(Object.entries(requests).map(([key, request]) => [ownKey(key), question(name, request)]))
  const approved = call.approval !== null || call.round?.approved === true
  if (inner === undefined && !approved) return { inputRequests, requestState: undefined }
  const state = { inner, approved, asked: needsDigest(call.judgement.needs), nonce: randomUUID(), expiresAt: clock.now() + STATE_LASTS }
  return { inputRequests, requestState: sealState(sealing, call, state) }
}

/** Keys with our own name before them are ours: what an assistant answers to them is about approvals. */
function ownKey(key: string): string {
  if (key === '' || key.length > 200 || key.startsWith('handfast_')) throw new QuestionRefusedError('goes by a name that is kept for us')
  return key
}

function question(connector: string, request: Json | undefined): JsonObject {
  const { method, params } = request as { readonly method: string; readonly params?: JsonObject }
  if (params === undefined) return { method }
  if (valueNestsDeeperThan(params, MAX_DEPTH)) throw new QuestionRefusedError(`nests deeper than ${MAX_DEPTH} levels`)
  if (method === 'elicitation/create') return { method, params: elicitation(connector, params) }
  if (method === 'sampling/createMessage') {
    // What is meant is the context of other servers; that is not this connector's to ask for (deprecated in 2026-07-28).
    const { includeContext: _, ...rest } = params
    return { method, params: rest }
  }
  return { method, params }
}

function elicitation(connector: string, params: JsonObject): JsonObject {
  const message = `${connector} asks: ${shortText(params['message'], MAX_MESSAGE)}`
  if (params['mode'] === 'url') {
    const url = typeof params['url'] === 'string' && params['url'].length <= 2_048 ? URL.parse(params['url']) : null
    if (url === null || !(url.protocol === 'https:' || isLoopback(url))) throw new QuestionRefusedError('leads to a page without https')
    if (url.username !== '' || url.password !== '') throw new QuestionRefusedError('leads to a page with a name and password in its address')
    return { mode: 'url', message: `${message} (the page is on ${url.host})`, url: url.href }
  }
  const schema = params['requestedSchema']
  const fields = isObject(schema) ? schema['properties'] : undefined
  if (!isObject(schema) || schema['type'] !== 'object' || !isObject(fields)) throw new QuestionRefusedError('is a form without fields')
  if (Object.keys(fields).length > MAX_FIELDS || JSON.stringify(schema).length > MAX_SCHEMA)
    throw new QuestionRefusedError('is a form that is too large')
  for (const [field, about] of Object.entries(fields)) {
    if (!isObject(about) || about['type'] === 'object') throw new QuestionRefusedError(`has a field that forms cannot have: ${shortText(field, 64)}`)
    if (isSecret(field, about)) throw new QuestionRefusedError(`asks for a secret in a form: ${shortText(field, 64)}`)
  }
  return { ...(params['mode'] === undefined ? {} : { mode: 'form' }), message, requestedSchema: schema }
}

function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && (hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]')
}

/** Words for what must never be typed into a form that passes through an assistant (2026-07-28 client/elicitation, security). */
const SECRET =
  /\b(?:pass ?(?:word|code|phrase)|pwd|pin(?: (?:code|number))?|secret|api ?key|access ?key|private ?key|(?:access|refresh|auth|bearer|session|security) ?token|token|credentials?|otp|one ?time (?:code|password)|2fa|mfa|totp|cvv|cvc|card ?(?:number|no)|credit ?card|iban|account ?number|social ?security(?: ?number)?|ssn|seed ?phrase|recovery ?(?:code|phrase))\b/

function isSecret(field: string, about: JsonObject): boolean {
  if (about['format'] === 'password' || about['writeOnly'] === true) return true
  return [field, about['title']].some((text) => typeof text === 'string' && SECRET.test(words(text)))
}

/** `apiKey`, `api_key` and `API-Key` are the same words. */
function words(text: string): string {
  return text
    .slice(0, 500)
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
}
