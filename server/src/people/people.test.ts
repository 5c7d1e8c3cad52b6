import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { firstOperator, openRooms, PASSWORD, person, SOURCE } from '../../test/house.ts'
import { proves } from '../../test/proves.ts'
import { DAY, HOUR, MINUTE } from '../lib/index.ts'
import { createPeople } from './index.ts'

proves('people/sign-in')

describe.each(databases)('people on $name', (kind) => {
  it('make one workspace, however many nodes start together', async () => {
    await using rooms = await openRooms(kind)
    const node = () => createPeople({ ...rooms, profile: 'house' })

    const started = await Promise.all([node().start(), node().start(), node().start()])

    expect(new Set(started.map((one) => one.workspace))).toEqual(new Set([rooms.people.workspace]))
    expect(await rooms.storage.db.selectFrom('workspaces').select('name').execute()).toEqual([{ name: 'Home' }])
  })

  it('let exactly one of several welcome links become the first operator', async () => {
    await using rooms = await openRooms(kind)
    const second = (await rooms.people.start()).welcome ?? ''
    const open = (token: string, name: string) =>
      rooms.people.welcome({ token, name, email: `${name}@example.org`, password: PASSWORD }, SOURCE).then(
        () => 'in',
        (error: { code: string }) => error.code,
      )

    const results = await Promise.all([open(rooms.welcome, 'Olga'), open(second, 'Mallory'), open(rooms.welcome, 'Oskar')])

    expect(results.filter((one) => one === 'in')).toHaveLength(1)
    expect(await rooms.people.list(null, 9)).toHaveLength(1)
    expect((await rooms.people.start()).welcome).toBeNull()
  })

  it('open a link until its time is over, and not after', async () => {
    await using rooms = await openRooms(kind)
    const given = { token: rooms.welcome, name: 'Olga', email: 'olga@example.org', password: PASSWORD }

    rooms.clock.advance(DAY)
    const late = rooms.people.welcome(given, SOURCE)

    await expect(late).rejects.toMatchObject({ code: 'people/link-invalid', detail: { reason: 'expired' } })
    expect(await rooms.people.isSetUp()).toBe(false)
  })

  it('replace a lost link: the new one works, the old one does not', async () => {
    await using rooms = await openRooms(kind)
    const olga = await firstOperator(rooms)
    const first = await rooms.people.invite(olga, { name: 'Ana', email: 'ana@example.org', roles: ['user'] })

    const second = await rooms.people.issueLink(olga, first.user.id)

    await expect(rooms.people.acceptInvitation({ token: first.token, password: PASSWORD }, SOURCE)).rejects.toMatchObject({
      code: 'people/link-invalid',
    })
    await expect(rooms.people.acceptInvitation({ token: second.token, password: PASSWORD }, SOURCE)).resolves.toMatchObject({ user: first.user.id })
  })

  it('do not take a welcome link for an invitation, nor the other way round', async () => {
    await using rooms = await openRooms(kind)
    const invited = await rooms.people.invite('system', { name: 'Ana', email: 'ana@example.org', roles: ['user'] })

    const asInvitation = rooms.people.acceptInvitation({ token: rooms.welcome, password: PASSWORD }, SOURCE)
    const asWelcome = rooms.people.welcome({ token: invited.token, name: 'x', email: 'x@example.org', password: PASSWORD }, SOURCE)

    await expect(asInvitation).rejects.toMatchObject({ code: 'people/link-invalid' })
    await expect(asWelcome).rejects.toMatchObject({ code: 'people/link-invalid' })
  })

  it('answer a wrong password, an unknown address, an unopened invitation and a disabled account alike', async () => {
    await using rooms = await openRooms(kind)
    const olga = await firstOperator(rooms)
    const ben = await person(rooms, 'Ben')
    await rooms.people.invite(olga, { name: 'Cem', email: 'cem@example.org', roles: [] })
    await rooms.people.change(olga, ben, { disabled: true }, SOURCE)
    const answer = (email: string, password: string) =>
      rooms.people.signIn({ email, password }, SOURCE).catch((error: { code: string; message: string; detail: unknown }) => error)

    const answers = [
      await answer('olga@example.org', 'wrong horse battery'),
      await answer('nobody@example.org', PASSWORD),
      await answer('cem@example.org', PASSWORD),
      await answer('ben@example.org', PASSWORD),
    ]

    expect(new Set(answers.map((one) => ('code' in one ? `${one.code} ${one.message}` : 'in'))).size).toBe(1)
    expect(answers).toMatchObject(['wrong-password', 'unknown', 'no-password', 'disabled'].map((reason) => ({ detail: { reason } })))
  })

  it('do the same work for an address that nobody has', async () => {
    await using rooms = await openRooms(kind)
    await firstOperator(rooms)
    const time = async (email: string, address: string) => {
      const before = performance.now()
      await rooms.people.signIn({ email, password: 'wrong horse battery' }, { ...SOURCE, address }).catch(() => {})
      return performance.now() - before
    }

    const known: number[] = []
    const unknown: number[] = []
    for (let i = 0; i < 12; i++) {
      known.push(await time('olga@example.org', `10.0.${i}.1`))
      unknown.push(await time('nobody@example.org', `10.0.${i}.1`))
    }

    // Skipping the hash would make it a tenth or less.
    expect(median(unknown) / median(known)).toBeGreaterThan(0.5)
    expect(median(unknown) / median(known)).toBeLessThan(2)
  })

  it('stop looking at guesses for one account from one address, and start again after a quarter of an hour', async () => {
    await using rooms = await openRooms(kind)
    await firstOperator(rooms)
    const guess = (email: string, address: string) =>
      rooms.people.signIn({ email, password: 'wrong horse battery' }, { ...SOURCE, address }).catch((error: { code: string }) => error.code)

    for (let i = 0; i < 10; i++) expect(await guess('olga@example.org', '198.51.100.1')).toBe('people/sign-in-failed')
    const eleventh = rooms.people.signIn({ email: ' OLGA@example.org', password: PASSWORD }, { ...SOURCE, address: '198.51.100.1' })

    await expect(eleventh).rejects.toMatchObject({ code: 'people/too-many-attempts', retryAfter: 30 })
    await expect(rooms.people.signIn({ email: 'olga@example.org', password: PASSWORD }, SOURCE)).resolves.toBeDefined()
    for (let i = 0; i < 10; i++) await guess('nobody@example.org', '198.51.100.1')
    expect(await guess('nobody@example.org', '198.51.100.1')).toBe('people/too-many-attempts')
    rooms.clock.advance(15 * MINUTE)
    await expect(
      rooms.people.signIn({ email: 'olga@example.org', password: PASSWORD }, { ...SOURCE, address: '198.51.100.1' }),
    ).resolves.toBeDefined()
  })

  it('refuse passwords that are too short or too long, and take one that was typed on another keyboard', async () => {
    await using rooms = await openRooms(kind)
    const give = (password: string) => rooms.people.welcome({ token: rooms.welcome, name: 'Olga', email: 'olga@example.org', password }, SOURCE)

    await expect(give('eleven char')).rejects.toMatchObject({ code: 'people/password-length' })
    await expect(give('x'.repeat(257))).rejects.toMatchObject({ code: 'people/password-length' })
    await give('Zürcher Straße 1'.normalize('NFD'))

    await expect(rooms.people.signIn({ email: 'olga@example.org', password: 'Zürcher Straße 1'.normalize('NFC') }, SOURCE)).resolves.toBeDefined()
  })

  it('end a session after twelve idle hours, and after seven days of use', async () => {
    await using rooms = await openRooms(kind)
    await firstOperator(rooms)
    const signIn = () => rooms.people.signIn({ email: 'olga@example.org', password: PASSWORD }, SOURCE)
    const idle = await signIn()
    const used = await signIn()

    rooms.clock.advance(12 * HOUR - 1)
    const usedAlmostIdle = await rooms.people.session(used.secret)
    rooms.clock.advance(1)
    const afterIdle = await rooms.people.session(idle.secret)
    const lives: boolean[] = []
    for (let hours = 12; hours < 7 * 24; hours += 11) {
      lives.push((await rooms.people.session(used.secret)) !== null)
      rooms.clock.advance(11 * HOUR)
    }

    expect(usedAlmostIdle).not.toBeNull()
    expect(afterIdle).toBeNull()
    expect(lives).not.toContain(false)
    expect(await rooms.people.session(used.secret)).toBeNull()
  })

  it('take a session for nothing when its hash, another text or nothing at all is presented', async () => {
    await using rooms = await openRooms(kind)
    await firstOperator(rooms)
    const { secret, hash } = await rooms.people.signIn({ email: 'olga@example.org', password: PASSWORD }, SOURCE)

    expect(await rooms.people.session(secret)).not.toBeNull()
    for (const other of [hash, secret.slice(1), '', `${secret} `]) expect(await rooms.people.session(other)).toBeNull()
  })

  it('sign a person out everywhere when their roles change, when they are disabled, and when their password changes', async () => {
    await using rooms = await openRooms(kind)
    const olga = await firstOperator(rooms)
    const ben = await person(rooms, 'Ben')
    const signIn = (password = PASSWORD) => rooms.people.signIn({ email: 'ben@example.org', password }, SOURCE)
    const before = await signIn()

    await rooms.people.change(olga, ben, { name: 'Benjamin' }, SOURCE)
    const renamed = await rooms.people.session(before.secret)
    await rooms.people.change(olga, ben, { roles: ['reviewer'] }, SOURCE)
    const promoted = await rooms.people.session(before.secret)
    const again = await signIn()
    const fresh = await rooms.people.changePassword(ben, { current: PASSWORD, password: 'another long one' }, SOURCE)
    const changed = await rooms.people.session(again.secret)
    const now = await rooms.people.session(fresh.secret)
    await rooms.people.change(olga, ben, { disabled: true }, SOURCE)

    expect(renamed).not.toBeNull()
    expect([promoted, changed]).toEqual([null, null])
    expect(now).toMatchObject({ user: ben, roles: ['user', 'reviewer'] })
    expect(await rooms.people.session(fresh.secret)).toBeNull()
    await expect(signIn('another long one')).rejects.toMatchObject({ detail: { reason: 'disabled' } })
  })

  it('rotate the session of an operator who changes their own roles', async () => {
    await using rooms = await openRooms(kind)
    const olga = await firstOperator(rooms)
    const before = await rooms.people.signIn({ email: 'olga@example.org', password: PASSWORD }, SOURCE)

    const { session } = await rooms.people.change(olga, olga, { roles: ['operator'] }, SOURCE)

    expect(await rooms.people.session(before.secret)).toBeNull()
    expect(await rooms.people.session(session?.secret ?? '')).toMatchObject({ roles: ['user', 'operator'] })
  })

  it('never lose the last operator, also when two demote each other at the same moment', async () => {
    await using rooms = await openRooms(kind)
    const olga = await firstOperator(rooms)
    await expect(rooms.people.change(olga, olga, { roles: ['user'] }, SOURCE)).rejects.toMatchObject({ code: 'people/last-operator' })
    const oskar = await person(rooms, 'Oskar', ['operator'])

    const results = await Promise.allSettled([
      rooms.people.change(olga, oskar, { roles: ['user'] }, SOURCE),
      rooms.people.change(oskar, olga, { roles: ['user'] }, SOURCE),
    ])

    expect(results.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect((await rooms.people.list(null, 9)).filter((one) => one.roles.includes('operator'))).toHaveLength(1)
  })

  it('let nobody disable their own account, nor in the public profile give themselves roles', async () => {
    await using rooms = await openRooms(kind, 'public')
    const olga = await firstOperator(rooms)

    expect((await rooms.people.account(olga)).roles).toEqual(['user', 'operator'])
    await expect(rooms.people.change(olga, olga, { roles: ['operator', 'reviewer'] }, SOURCE)).rejects.toMatchObject({ code: 'people/own-account' })
    await expect(rooms.people.change(olga, olga, { disabled: true }, SOURCE)).rejects.toMatchObject({ code: 'people/own-account' })
  })

  it('drop what is remembered of a person in the moment in which it changes', async () => {
    await using rooms = await openRooms(kind)
    const olga = await firstOperator(rooms)
    const ben = await person(rooms, 'Ben')
    const before = await rooms.people.standing(ben)

    await rooms.people.change(olga, ben, { disabled: true }, SOURCE)

    expect(before.disabled).toBe(false)
    expect(rooms.people.peekStanding(ben)).toBeUndefined()
    expect((await rooms.people.standing(ben)).disabled).toBe(true)
  })

  it('leave a trace of each change, without names, addresses or secrets', async () => {
    await using rooms = await openRooms(kind)
    const olga = await firstOperator(rooms)
    const ben = await person(rooms, 'Ben')
    await rooms.people.change(olga, ben, { roles: ['auditor'], name: 'Benjamin' }, SOURCE)
    const { hash } = await rooms.people.signIn({ email: 'ben@example.org', password: PASSWORD }, SOURCE)
    await rooms.people.endSession(ben, hash)

    const all = rooms.storage.db.selectFrom('ledger_entries').select(['event', 'body']).orderBy('position')
    // Keys are other rooms' to make.
    const rows = await all.where('event', '<>', 'key.created').execute()

    expect(rows.map((row) => row.event)).toEqual([
      'workspace.created',
      'link.created',
      'user.created',
      'session.started',
      'user.created',
      'link.created',
      'user.changed',
      'session.started',
      'user.changed',
      'session.started',
      'session.ended',
    ])
    expect(rows.map((row) => row.body).join()).not.toMatch(/example\.org|Olga|Benjamin|argon2|correct horse/)
  })

  it('keep no secret in the database: password, link, session', async () => {
    await using rooms = await openRooms(kind)
    const olga = await firstOperator(rooms)
    const invited = await rooms.people.invite(olga, { name: 'Ana', email: 'ana@example.org', roles: [] })
    const started = await rooms.people.signIn({ email: 'olga@example.org', password: PASSWORD }, SOURCE)

    const tables = ['users', 'one_time_links', 'web_sessions', 'settings', 'ledger_entries'] as const
    const dump = JSON.stringify(await Promise.all(tables.map((table) => rooms.storage.db.selectFrom(table).selectAll().execute())))

    for (const secret of [PASSWORD, rooms.welcome, invited.token, started.secret]) expect(dump).not.toContain(secret)
    expect(dump).toContain('$argon2id$v=19$')
  })
})

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
