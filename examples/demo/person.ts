import { randomBytes } from 'node:crypto'
import type { CurrentSession, IssuedLink, Role } from '@handfast/contract'
import type { DemoPerson } from './stage.ts'

/** The control API said no. */
export class SaidNoError extends Error {
  override readonly name = 'SaidNoError'
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(`${message} (${status} ${code})`)
    this.status = status
    this.code = code
  }
}

/** Somebody with a browser: keeps the session cookie, and sends the proof that came with it along with every change, as the pages do. */
export class Person implements DemoPerson {
  readonly name: string
  readonly part: string
  readonly email: string
  readonly password = randomBytes(12).toString('base64url')
  readonly #url: string
  #cookie: string | null = null
  #csrf: string | null = null

  constructor(url: string, name: string, part: string) {
    this.#url = url
    this.name = name
    this.part = part
    this.email = `${name.toLowerCase()}@fennick.example`
  }

  /** Opens the one-time link of an installation that nobody runs yet. */
  async becomesOperator(token: string): Promise<void> {
    const { name, email, password } = this
    await this.#enter('/api/v1/welcome', { token, name, email, password })
  }

  async invites(guest: Person, roles: readonly Role[]): Promise<void> {
    const { link } = await this.post<IssuedLink>('/api/v1/users', { name: guest.name, email: guest.email, roles })
    await guest.#enter('/api/v1/invitations/accept', { token: new URL(link).hash.slice(1), password: guest.password })
  }

  /** Comes back, as after a long time. */
  async signsIn(): Promise<void> {
    const { email, password } = this
    await this.#enter('/api/v1/session', { email, password })
  }

  async #enter(path: string, body: unknown): Promise<void> {
    const { csrf } = await this.post<CurrentSession>(path, body)
    this.#csrf = csrf
  }

  /** @throws SaidNoError */
  get<Answer>(path: string): Promise<Answer> {
    return this.#send<Answer>('GET', path)
  }

  /** @throws SaidNoError */
  post<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.#send<Answer>('POST', path, body)
  }

  async #send<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers = new Headers()
    if (body !== undefined) headers.set('content-type', 'application/json')
    if (this.#cookie !== null) headers.set('cookie', this.#cookie)
    if (this.#csrf !== null && method !== 'GET') headers.set('x-handfast-csrf', this.#csrf)
    const answer = await fetch(new URL(path, this.#url), { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    const [cookie] = answer.headers.getSetCookie()
    if (cookie !== undefined) this.#cookie = cookie.split(';', 1)[0] ?? null
    const text = await answer.text()
    const said = (text === '' ? {} : JSON.parse(text)) as Answer & { readonly error?: { readonly code: string; readonly message: string } }
    if (!answer.ok) throw new SaidNoError(answer.status, said.error?.code ?? '', said.error?.message ?? answer.statusText)
    return said
  }
}
