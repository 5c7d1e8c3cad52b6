import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { firstOperator, openRooms, person, type Rooms, SOURCE } from '../../test/house.ts'
import { proves } from '../../test/proves.ts'
import { DAY, MINUTE, sha256, type UserId } from '../lib/index.ts'
import { createPeople } from '../people/index.ts'
import { Enforcement } from '../storage/index.ts'
import { createAuthorization } from './index.ts'
import { hasTokenShape, newTokenText } from './token-text.ts'

proves('authorization/no-anonymous-calls')

function make(rooms: Rooms, user: UserId, given: { assistant?: string; expiresAt?: number } = {}) {
  return rooms.authorization.create(rooms.people.workspace, user, { name: 'laptop', assistant: 'Claude', ...given })
}

describe.each(databases)('access tokens on $name', (kind) => {
  it('say who asks through which assistant, at once when asked again', async () => {
    await using rooms = await openRooms(kind)
    const olga = await firstOperator(rooms)
    const { token, secret } = await make(rooms, olga)

    const cold = rooms.authorization.peek(secret)
    const principal = await rooms.authorization.identify(secret)

    expect(cold).toBeUndefined()
    expect(principal).toMatchObject({
      user: olga,
      workspace: rooms.people.workspace,
      assistant: token.assistant.id,
      token: token.id,
      tokenKey: `token:${sha256(secret)}`,
      expiresAt: null,
    })
    expect(rooms.authorization.peek(secret)).toBe(principal)
  })

  it('get one flat answer for every reason why they do not count', async () => {
    await using rooms = await openRooms(kind)
    const olga = await firstOperator(rooms)
    const ben = await person(rooms, 'Ben')
    const revoked = await make(rooms, olga)
    const expired = await make(rooms, olga, { expiresAt: rooms.clock.now() + DAY })
    const disabled = await make(rooms, ben)
    for (const { secret } of [revoked, expired, disabled]) await rooms.authorization.identify(secret)

    await rooms.authorization.revoke(rooms.people.workspace, olga, revoked.token.id)
    await rooms.people.change(olga, ben, { disabled: true }, SOURCE)
    rooms.clock.advance(DAY)
    const secrets = ['', 'hfp_x', newTokenText(), revoked.secret, expired.secret, disabled.secret]
    const errors = await Promise.all(
      secrets.map((secret) =>
        rooms.authorization.identify(secret).then(
          () => null,
          (error: unknown) => error,
        ),
      ),
    )

    expect(secrets.map((secret) => rooms.authorization.peek(secret))).toEqual(secrets.map(() => undefined))
    expect(errors).toMatchObject(
      ['malformed', 'malformed', 'unknown', 'revoked', 'expired', 'user-disabled'].map((reason) => ({
        status: 401,
        code: 'authorization/invalid',
        detail: { reason },
      })),
    )
    expect(new Set(errors.map((error) => (error as Error).message)).size).toBe(1)
  })

  it('stop counting on another node once it has taken the change in', async () => {
    await using rooms = await openRooms(kind)
    const olga = await firstOperator(rooms)
    const ben = await person(rooms, 'Ben')
    const hers = await make(rooms, olga)
    const his = await make(rooms, ben)
    const enforcement = new Enforcement(rooms.storage)
    await enforcement.start()
    const people = createPeople({ ...rooms, enforcement, profile: 'house' })
    const other = createAuthorization({ ...rooms, enforcement, people })
    await other.identify(hers.secret)
    await other.identify(his.secret)

    await rooms.authorization.revoke(rooms.people.workspace, olga, hers.token.id)
    await rooms.people.change(olga, ben, { disabled: true }, SOURCE)
    await enforcement.catchUp(rooms.enforcement.known)

    expect([other.peek(hers.secret), other.peek(his.secret)]).toEqual([undefined, undefined])
    await expect(other.identify(his.secret)).rejects.toMatchObject({ detail: { reason: 'user-disabled' } })
  })

  it('carry the roles that their person holds now', async () => {
    await using rooms = await openRooms(kind)
    const olga = await firstOperator(rooms)
    const ben = await person(rooms, 'Ben', ['reviewer'])
    const { secret } = await make(rooms, ben)
    const before = await rooms.authorization.identify(secret)

    await rooms.people.change(olga, ben, { roles: ['auditor'] }, SOURCE)
    const after = await rooms.authorization.identify(secret)

    expect([before.roles, after.roles]).toEqual([
      ['user', 'reviewer'],
      ['user', 'auditor'],
    ])
  })

  it('register an assistant once, also when its first tokens are made at the same moment', async () => {
    await using rooms = await openRooms(kind)
    const olga = await firstOperator(rooms)

    const made = await Promise.all(Array.from({ length: 6 }, (_, at) => make(rooms, olga, { assistant: at % 2 === 0 ? 'Claude' : ' Claude ' })))

    expect(new Set(made.map((one) => one.token.assistant.id)).size).toBe(1)
    expect(await rooms.authorization.assistants(rooms.people.workspace, null, null, 9)).toMatchObject([{ name: 'Claude' }])
  })

  it('are listed newest first and taken back only by whom they belong to, once', async () => {
    await using rooms = await openRooms(kind)
    const olga = await firstOperator(rooms)
    const ben = await person(rooms, 'Ben')
    const first = await make(rooms, olga)
    const second = await make(rooms, olga)
    const { workspace } = rooms.people

    await expect(rooms.authorization.revoke(workspace, ben, first.token.id)).rejects.toMatchObject({ status: 404 })
    await rooms.authorization.revoke(workspace, olga, first.token.id)
    await expect(rooms.authorization.revoke(workspace, olga, first.token.id)).rejects.toMatchObject({ status: 404 })

    expect((await rooms.authorization.list(workspace, olga, null, 9)).map((one) => [one.id, one.revokedAt !== null])).toEqual([
      [second.token.id, false],
      [first.token.id, true],
    ])
    expect(await rooms.authorization.list(workspace, ben, null, 9)).toEqual([])
  })

  it('are refused when they would be over before they begin', async () => {
    await using rooms = await openRooms(kind)
    const olga = await firstOperator(rooms)

    await expect(make(rooms, olga, { expiresAt: rooms.clock.now() })).rejects.toMatchObject({ code: 'request/invalid', pointer: '/expiresAt' })
  })

  it('note when they were used, to the minute', async () => {
    await using rooms = await openRooms(kind)
    const olga = await firstOperator(rooms)
    const { secret } = await make(rooms, olga)
    const used = async () => (await rooms.authorization.list(rooms.people.workspace, olga, null, 1))[0]?.lastUsedAt

    const never = await used()
    await rooms.authorization.identify(secret)
    const at = rooms.clock.now()
    const first = await used()
    rooms.clock.advance(MINUTE - 1)
    rooms.authorization.peek(secret)
    const within = await used()
    rooms.clock.advance(1)
    rooms.authorization.peek(secret)

    expect([never, first, within, await used()]).toEqual([null, at, at, at + MINUTE])
  })

  it('stand in the database as hashes only, and in the ledger not at all', async () => {
    await using rooms = await openRooms(kind)
    const olga = await firstOperator(rooms)
    const { secret, token } = await make(rooms, olga)
    await rooms.authorization.revoke(rooms.people.workspace, olga, token.id)

    const rows = await rooms.storage.db.selectFrom('access_tokens').selectAll().execute()
    const entries = await rooms.storage.db.selectFrom('ledger_entries').select(['event', 'body']).orderBy('position').execute()

    expect(JSON.stringify(rows)).not.toContain(secret.slice(10))
    expect(entries.map((one) => one.event).slice(-3)).toEqual(['assistant.created', 'token.created', 'token.revoked'])
    expect(JSON.stringify(entries)).not.toMatch(/hfp_|laptop|Claude/)
  })
})

describe('the text of a token', () => {
  it('is told from any text that differs in one character', () => {
    fc.assert(
      fc.property(fc.nat({ max: 54 }), fc.constantFrom(...'abcXYZ019_-'), (at, other) => {
        const text = newTokenText()
        const changed = text.slice(0, at) + other + text.slice(at + 1)
        return hasTokenShape(text) && (changed === text || !hasTokenShape(changed))
      }),
    )
  })

  it('is not found in other texts', () => {
    fc.assert(fc.property(fc.string(), (text) => !hasTokenShape(text) && !hasTokenShape(`hfp_${text}`)))
  })
})
