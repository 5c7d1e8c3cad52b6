import { TOTP } from 'otpauth'
import { describe, expect, it } from 'vitest'
import { databases, type TestDatabaseKind } from '../../test/databases.ts'
import { firstOperator, openRooms, PASSWORD, person, SOURCE } from '../../test/house.ts'
import { proves } from '../../test/proves.ts'
import { MINUTE, SECOND } from '../lib/index.ts'
import type { SessionRules } from './web-sessions.ts'

proves('people/sign-in')

/** Ana, with an authenticator app. */
async function anaWithApp(kind: TestDatabaseKind, rules?: SessionRules) {
  const rooms = await openRooms(kind, 'house', rules === undefined ? {} : { sessionRules: rules })
  const olga = await firstOperator(rooms)
  const ana = await person(rooms, 'Ana')
  const signIn = (code?: string, password = PASSWORD) => rooms.people.signIn({ email: 'ana@example.org', password, code }, SOURCE)
  const acting = async (code?: string) => {
    const session = await rooms.people.anySession((await signIn(code)).secret)
    if (session === null) throw new Error('no session')
    return session
  }
  const session = await acting()
  const { security } = rooms.people
  const { secret, uri } = await security.beginTotp(ana, session)
  const app = new TOTP({ secret, algorithm: 'SHA1', digits: 6, period: 30 })
  const code = (seconds = 0) => app.generate({ timestamp: rooms.clock.now() + seconds * SECOND })
  const recovery = (await security.confirmTotp(ana, session, code())) ?? []
  rooms.clock.advance(30 * SECOND)
  return { ...rooms, rooms, olga, ana, session, security, secret, uri, code, recovery, signIn, acting }
}

describe.each(databases)('a second factor on $name', (kind) => {
  it('is asked for after the right password, and only then', async () => {
    await using here = await anaWithApp(kind)

    await expect(here.signIn(undefined, 'wrong horse battery')).rejects.toMatchObject({ code: 'people/sign-in-failed' })
    await expect(here.signIn(here.code(), 'wrong horse battery')).rejects.toMatchObject({ code: 'people/sign-in-failed' })
    await expect(here.signIn()).rejects.toMatchObject({ code: 'people/code-needed' })

    expect(await here.acting(here.code())).toMatchObject({ method: 'password-and-code', strong: true })
  })

  it('counts only after a first code, and a secret that was never confirmed is replaced', async () => {
    await using rooms = await openRooms(kind)
    const olga = await firstOperator(rooms)
    const { secret } = await rooms.people.signIn({ email: 'olga@example.org', password: PASSWORD }, SOURCE)
    const session = await rooms.people.session(secret)
    if (session === null) throw new Error('no session')
    const first = await rooms.people.security.beginTotp(olga, session)

    const second = await rooms.people.security.beginTotp(olga, session)

    expect(second.secret).not.toBe(first.secret)
    expect(second.uri).toMatch(/^otpauth:\/\/totp\/Handfast:olga%40example\.org\?/)
    const old = new TOTP({ secret: first.secret }).generate({ timestamp: rooms.clock.now() })
    await expect(rooms.people.security.confirmTotp(olga, session, old)).rejects.toMatchObject({ code: 'people/code-wrong' })
    await expect(rooms.people.signIn({ email: 'olga@example.org', password: PASSWORD }, SOURCE)).resolves.toBeDefined()
  })

  it('takes no code twice, not even the one that confirmed it, nor an earlier one after a later one', async () => {
    await using here = await anaWithApp(kind)
    const now = here.code()
    const before = here.code(-30)

    await here.signIn(now)

    await expect(here.signIn(now)).rejects.toMatchObject({ code: 'people/code-wrong', detail: { reason: 'used' } })
    await expect(here.signIn(before)).rejects.toMatchObject({ code: 'people/code-wrong', detail: { reason: 'used' } })
  })

  it('lets in one of many who send the same code at the same moment', async () => {
    await using here = await anaWithApp(kind)
    const code = here.code()

    const results = await Promise.allSettled(Array.from({ length: 4 }, () => here.signIn(code)))

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('takes the code before and after for clocks that differ, and none further off', async () => {
    await using here = await anaWithApp(kind)

    await expect(here.signIn(here.code(60))).rejects.toMatchObject({ code: 'people/code-wrong' })
    await expect(here.signIn(here.code(30))).resolves.toBeDefined()
  })

  it('stops whoever knows the password and tries codes through, and asks them to wait longer each time', async () => {
    await using here = await anaWithApp(kind)
    let looked = 0
    for (let guess = 0; guess < 30; guess++)
      await here.signIn(String(guess).padStart(6, '0')).catch(({ code }: { code: string }) => (looked += code === 'people/code-wrong' ? 1 : 0))

    expect(looked).toBe(5)
    await expect(here.signIn(here.code())).rejects.toMatchObject({ code: 'people/too-many-attempts', retryAfter: 30 })
  })

  it('is replaced by a recovery code once, however it is typed', async () => {
    await using here = await anaWithApp(kind)
    const [first = '', second = ''] = here.recovery
    expect(here.recovery).toHaveLength(10)

    expect(await here.acting(` ${first.toUpperCase().replaceAll('-', ' ')} `)).toMatchObject({ method: 'password-and-recovery-code', strong: true })

    await expect(here.signIn(first)).rejects.toMatchObject({ code: 'people/code-wrong' })
    await expect(here.signIn(second)).resolves.toBeDefined()
    expect((await here.security.waysIn(here.ana)).recoveryCodesLeft).toBe(8)
  })

  it('of one person is of no use to another', async () => {
    await using here = await anaWithApp(kind)
    await person(here.rooms, 'Ben')

    const asBen = here.people.signIn({ email: 'ben@example.org', password: PASSWORD, code: here.recovery[0] }, SOURCE)

    await expect(asBen).rejects.toMatchObject({ code: 'people/code-wrong' })
  })

  it('gives new recovery codes for the old ones, and keeps hashes only', async () => {
    await using here = await anaWithApp(kind)
    const fresh = await here.security.makeRecoveryCodes(here.ana, { ...here.session, strong: true })

    await expect(here.signIn(here.recovery[0])).rejects.toMatchObject({ code: 'people/code-wrong' })
    await expect(here.signIn(fresh[0])).resolves.toBeDefined()

    const kept = JSON.stringify([
      await here.storage.db.selectFrom('recovery_codes').selectAll().execute(),
      await here.storage.db.selectFrom('totp_secrets').selectAll().execute(),
      await here.storage.db.selectFrom('ledger_entries').select('body').execute(),
    ])
    for (const secret of [here.secret, ...fresh, ...fresh.map((code) => code.replaceAll('-', ''))]) expect(kept).not.toContain(secret)
  })

  it('is not got rid of with a one-time link: who opens it needs a code too, until an operator takes the factor off', async () => {
    await using here = await anaWithApp(kind)
    const { token } = await here.people.issueLink(here.olga, here.ana)
    const open = (code?: string) => here.people.acceptInvitation({ token, password: 'another horse battery', code }, SOURCE)

    await expect(open()).rejects.toMatchObject({ code: 'people/code-needed' })
    await here.security.reset(here.olga, here.ana)
    const before = await here.people.anySession((await here.signIn()).secret)
    const { secret } = await open()

    expect(await here.people.session(secret)).toMatchObject({ user: here.ana, method: 'link', strong: false })
    expect(before).not.toBeNull()
    expect(await here.people.sessions(here.ana)).toHaveLength(1)
  })

  it('is taken off by an operator with everything else that goes beyond the password, which ends every session and is recorded', async () => {
    await using here = await anaWithApp(kind)
    const { secret } = await here.signIn(here.code())

    await here.security.reset(here.olga, here.ana)

    expect(await here.people.anySession(secret)).toBeNull()
    expect(await here.security.waysIn(here.ana)).toMatchObject({ totpSince: null, passkeys: [], recoveryCodesLeft: 0 })
    const bodies = await here.storage.db.selectFrom('ledger_entries').select('body').where('event', '=', 'factor.removed').execute()
    expect(bodies.map(({ body }) => JSON.parse(body))).toMatchObject([{ subject: here.ana, by: here.olga, kind: 'all' }])
  })

  it('makes the password alone too little to prove who one is', async () => {
    await using here = await anaWithApp(kind)
    const session = await here.acting(here.code())
    here.clock.advance(20 * MINUTE)
    const prove = (code?: string) => here.people.proveByPassword(here.ana, session, { password: PASSWORD, code }, SOURCE)

    await expect(prove()).rejects.toMatchObject({ code: 'people/code-needed' })
    await prove(here.code())

    const [row] = await here.storage.db.selectFrom('web_sessions').select('proven_at').where('id_hash', '=', session.hash).execute()
    expect(row?.proven_at).toBe(here.clock.now())
  })

  it('is asked for by roles, where the operator says so: until then a session is good for nothing but setting one up', async () => {
    const hour = 60 * MINUTE
    await using here = await anaWithApp(kind, { idleMs: hour, longestMs: 24 * hour, secondFactorRoles: ['operator'] })
    const { secret } = await here.people.signIn({ email: 'olga@example.org', password: PASSWORD }, SOURCE)

    expect(await here.people.session(secret)).toBeNull()
    const session = await here.people.anySession(secret)
    if (session === null) throw new Error('no session')
    expect(session).toMatchObject({ lacks: 'second-factor' })
    const begun = await here.security.beginTotp(here.olga, session)
    await here.security.confirmTotp(here.olga, session, new TOTP({ secret: begun.secret }).generate({ timestamp: here.clock.now() }))

    expect(await here.people.session(secret)).toMatchObject({ lacks: null, strong: true })
    expect((await here.acting(here.code())).lacks).toBeNull()
  })
})
