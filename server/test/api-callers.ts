import { type Role, roles } from '@handfast/contract'
import type { DeveloperId, UserId } from '../src/lib/index.ts'
import type { Operation } from './described.ts'
import { type Answer, Client, PASSWORD, SOURCE } from './house.ts'
import type { Town } from './town.ts'

type Known = {
  readonly client: Client
  readonly headers: Readonly<Record<string, string>>
  readonly user: UserId | null
  readonly email: string | null
}

/** Everybody whom an operation could meet. */
export const callers: readonly string[] = ['nobody', ...roles.map((role) => `session of ${role}`), ...roles.map((role) => `token of ${role}`)]

/** Those whom the document lets in. */
export function admitted({ policy }: Operation): readonly string[] {
  if (policy.kind === 'public') return callers
  const vias = policy.kind === 'session-or-token' ? ['session', 'token'] : [policy.kind]
  const held = policy.roles === undefined || policy.roles.length === 0 ? roles : policy.roles
  return vias.flatMap((via) => held.map((role) => `${via} of ${role}`))
}

/** One visitor of a town for each role and way in, each a member of the organisations that are there. */
export class ApiCallers {
  readonly #town: Town
  readonly #known = new Map<string, Known>()
  /** Organisations to whose members newcomers belong, if they publish. */
  readonly organisations = new Set<DeveloperId>()
  #people = 0

  constructor(town: Town) {
    this.#town = town
  }

  async send(as: string, method: string, path: string, body?: unknown): Promise<Answer> {
    const known = await this.#of(as)
    const answer = await known.client.send(method, path, body, known.headers)
    // Whoever was signed out by what somebody tried signs in again, and whoever was disabled or erased is followed by somebody else.
    const over = answer.status === 401 || answer.body['error']?.code === 'people/proof-needed'
    const stays = !over || as === 'nobody' || (known.email !== null && (await signsIn(known.client, known.email)))
    if (!stays) for (const one of [as, as.replace('session', 'token')]) this.#known.delete(one)
    return answer
  }

  /** All go, and others come in their places: what was done to an account meanwhile, such as moving it elsewhere, is not for ever. */
  change(): void {
    this.#known.clear()
    this.organisations.clear()
  }

  /** Whoever came last as that. */
  async userOf(as: string): Promise<UserId> {
    const { user } = await this.#of(as)
    if (user === null) throw new Error(`${as} is nobody`)
    return user
  }

  /** What somebody's roles are by now. */
  async rolesOf(as: string): Promise<readonly Role[]> {
    const user = this.#known.get(as)?.user ?? null
    return user === null ? [] : (await this.#town.app.rooms.people.standing(user)).roles
  }

  async #of(as: string): Promise<Known> {
    const known = this.#known.get(as) ?? (await this.#comes(as))
    this.#known.set(as, known)
    return known
  }

  async #comes(as: string): Promise<Known> {
    const client = new Client(this.#town.url)
    const [via, role] = as.split(' of ')
    if (role === undefined) return { client, headers: {}, user: null, email: null }
    const { app, olga } = this.#town
    const { people, authorization, developers } = app.rooms
    if (via === 'token') {
      // The same person as in the browser.
      const user = await this.userOf(`session of ${role}`)
      const { secret } = await authorization.create(app.workspace, user, { name: 'x', assistant: 'Claude' })
      return { client, headers: { authorization: `Bearer ${secret}` }, user, email: null }
    }
    const email = `visitor${++this.#people}@example.org`
    const { token } = await people.invite('system', { name: `Visitor ${this.#people}`, email, roles: ['user', role as Role] })
    const { user, secret } = await people.acceptInvitation({ token, password: PASSWORD }, SOURCE)
    client.cookie = `handfast=${secret}`
    await client.get('/api/v1/session')
    const { workspace } = app
    if (role === 'developer')
      for (const developer of this.organisations)
        await developers.setMember({ workspace, developer, user, role: 'owner', by: olga.user }).catch(() => {})
    return { client, headers: {}, user, email }
  }
}

async function signsIn(client: Client, email: string): Promise<boolean> {
  client.cookie = null
  const { status } = await client.send('POST', '/api/v1/session', { email, password: PASSWORD })
  return status === 200
}
