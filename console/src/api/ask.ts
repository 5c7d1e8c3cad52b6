/** A no of the server, in its own words, with whose move it is. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly who: string
  readonly pointer: string | undefined
  readonly link: string | undefined
  readonly ref: string | undefined
  constructor(status: number, said: Said) {
    super(said.message)
    this.status = status
    this.code = said.code
    this.who = said.who
    this.pointer = said.pointer
    this.link = said.link
    this.ref = said.ref
  }
}

/** No answer arrived at all: the network is gone, or the server is. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
}

type Said = {
  readonly code: string
  readonly message: string
  readonly who: string
  readonly pointer?: string
  readonly link?: string
  readonly ref?: string
}

let proof = ''
let ahead = 0
let reachable = true
const hearers = new Set<() => void>()

/** Kept in memory only: whoever can read the storage of the browser does not learn it. */
export function keepProof(csrf: string): void {
  proof = csrf
}

/** Now, by the clock of the server: a browser that is minutes off still counts down to the right moment. */
export function serverNow(): number {
  return Date.now() + ahead
}

/** Whether the last question got an answer, for `useSyncExternalStore`. */
export const reach = {
  now: (): boolean => reachable,
  listen(hear: () => void): () => void {
    hearers.add(hear)
    return () => hearers.delete(hear)
  },
}

function sayReachable(is: boolean): void {
  if (is === reachable) return
  reachable = is
  for (const hear of hearers) hear()
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

type Prover = () => Promise<boolean>
let prover: Prover | null = null

/** Whoever can ask the person to prove that it is them. Answers true once they did. */
export function proveWith(ask: Prover | null): void {
  prover = ask
}

/** Asks for the proof before something that does not go through here, such as a download. */
export async function proveAgain(): Promise<boolean> {
  return prover === null ? false : prover()
}

/**
 * Asks the control API. Where the server wants a fresh proof first, the person is asked for it and the question repeated, once.
 * @throws ApiError when it says no, UnreachableError when nothing came back
 */
export async function ask<Answer>(method: Method, path: `/${string}`, body?: unknown, signal?: AbortSignal): Promise<Answer> {
  try {
    return await askOnce(method, path, body, signal)
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'people/proof-needed' || prover === null || !(await prover())) throw error
    return await askOnce(method, path, body, signal)
  }
}

/**
 * Asks the control API of the server that this page came from.
 * @throws ApiError when it says no, UnreachableError when nothing came back
 */
async function askOnce<Answer>(method: Method, path: `/${string}`, body?: unknown, signal?: AbortSignal): Promise<Answer> {
  const response = await reachServer(method, path, body, signal)
  if (response.status === 204) return undefined as Answer
  const text = await response.text()
  const answer = parse(text)
  if (response.ok && answer !== undefined) return answer as Answer
  throw new ApiError(
    response.status,
    saidIn(answer) ?? { code: 'request/fault', message: `The server answered with status ${response.status}.`, who: 'operator' },
  )
}

async function reachServer(method: Method, path: string, body: unknown, signal: AbortSignal | undefined): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (method !== 'GET') headers['x-handfast-csrf'] = proof
  if (body !== undefined) headers['content-type'] = 'application/json'
  const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store', redirect: 'error' }
  if (body !== undefined) init.body = JSON.stringify(body)
  if (signal !== undefined) init.signal = signal
  try {
    const response = await fetch(`/api/v1${path}`, init)
    const date = Date.parse(response.headers.get('date') ?? '')
    // The header has whole seconds: a smaller difference says nothing about the clocks.
    if (Number.isFinite(date)) ahead = Math.abs(date - Date.now()) < 2_000 ? 0 : date - Date.now()
    sayReachable(true)
    return response
  } catch (error) {
    if (signal?.aborted) throw error
    sayReachable(false)
    throw new UnreachableError('Handfast does not answer. Check the connection; this page tries again by itself.', { cause: error })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function saidIn(answer: unknown): Said | undefined {
  const error = (answer as { readonly error?: Partial<Said> } | undefined)?.error
  return typeof error?.message === 'string' && typeof error.code === 'string'
    ? { who: 'operator', ...error, code: error.code, message: error.message }
    : undefined
}

/** A query string from what is set; empty when nothing is. */
export function query(values: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const set = Object.entries(values).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, String(value)]]))
  return set.length === 0 ? '' : `?${new URLSearchParams(set)}`
}
