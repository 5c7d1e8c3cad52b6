import { describe, expect, it } from 'vitest'
import { databases, type TestDatabaseKind } from '../../test/databases.ts'
import { firstOperator, openRooms, PASSWORD, person, SOURCE } from '../../test/house.ts'
import { serve } from '../../test/loopback-server.ts'
import { type Flaw, SoftAuthenticator } from '../../test/soft-authenticator.ts'
import { MINUTE } from '../lib/index.ts'

const ORIGIN = 'https://connect.example.org'

/** Ana, signed in with her password, and an authenticator of hers. */
async function anaWithPasskey(kind: TestDatabaseKind, counts = true) {
  const rooms = await openRooms(kind, 'house', { publicUrl: () => ORIGIN })
  await firstOperator(rooms)
  const ana = await person(rooms, 'Ana')
  const acting = async (email = 'ana@example.org') => {
    const { secret } = await rooms.people.signIn({ email, password: PASSWORD }, SOURCE)
    const session = await rooms.people.session(secret)
    if (session === null) throw new Error('no session')
    return session
  }
  const session = await acting()
  const phone = new SoftAuthenticator(ORIGIN, counts)
  const { security } = rooms.people
  const begun = await security.beginPasskey(ana, session)
  const added = await security.addPasskey(ana, session, { step: begun.step, name: 'Phone', response: phone.register({ ...begun.options }) })
  const signIn = async (flaw?: Flaw) => {
    const { step, options } = await security.beginPasskeySignIn()
    return security.signInByPasskey({ step, response: phone.answer({ ...options }, flaw) }, SOURCE)
  }
  return { ...rooms, rooms, ana, session, acting, phone, security, added, signIn }
}

const refused = { code: 'people/passkey-failed', status: 401 }

describe.each(databases)('passkeys on $name', (kind) => {
  it('let a person in without a name and without a password, and say when they were used', async () => {
    await using here = await anaWithPasskey(kind)
    here.clock.advance(MINUTE)

    const { secret, user } = await here.signIn()

    expect(user).toBe(here.ana)
    expect(await here.people.session(secret)).toMatchObject({ user: here.ana, method: 'passkey', strong: true })
    expect(await here.security.waysIn(here.ana)).toMatchObject({ passkeys: [{ name: 'Phone', lastUsedAt: here.clock.now() }] })
  })

  it('ask the browser for no name and tell it none, whoever exists', async () => {
    await using here = await anaWithPasskey(kind)

    const { options } = await here.security.beginPasskeySignIn()

    expect(options).toMatchObject({ rpId: 'connect.example.org', userVerification: 'required' })
    expect(options.allowCredentials).toBeUndefined()
  })

  it('are asked for in a form that names its account by itself and checks the person', async () => {
    await using here = await anaWithPasskey(kind)

    const { options } = await here.security.beginPasskey(here.ana, { ...here.session, strong: true })

    expect(options).toMatchObject({
      rp: { id: 'connect.example.org' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: [{ id: here.phone.credential }],
    })
  })

  it('are several, with names of their own, and are removed one by one', async () => {
    await using here = await anaWithPasskey(kind)
    const strong = { ...here.session, strong: true }
    const key = new SoftAuthenticator(ORIGIN)
    const begun = await here.security.beginPasskey(here.ana, strong)
    await here.security.addPasskey(here.ana, strong, { step: begun.step, name: 'Key', response: key.register({ ...begun.options }) })
    const names = async () => (await here.security.waysIn(here.ana)).passkeys.map(({ name }) => name)
    const [phone] = (await here.security.waysIn(here.ana)).passkeys

    await here.security.renamePasskey(here.ana, phone?.id ?? '', 'Old phone')
    expect(await names()).toEqual(['Old phone', 'Key'])
    await here.security.removePasskey(here.ana, strong, phone?.id ?? '')

    expect(await names()).toEqual(['Key'])
    await expect(here.signIn()).rejects.toMatchObject({ ...refused, detail: { reason: 'unknown' } })
  })

  const flaws: readonly (readonly [string, Flaw])[] = [
    ['another challenge', { challenge: 'AAAA' }],
    ['the page of another origin', { origin: 'https://connect.example.org.evil.example' }],
    ['the same host at another port', { origin: 'https://connect.example.org:8443' }],
    ['the same host without TLS', { origin: 'http://connect.example.org' }],
    ['a passkey of another host', { rpId: 'example.org' }],
    ['an answer to the making of a passkey', { type: 'webauthn.create' }],
    ['nobody present', { flags: 0x04 }],
    ['a person who was not checked', { flags: 0x01 }],
    ['no word about whose it is', { userHandle: null }],
    ["another person's handle", { userHandle: Buffer.from('usr_00000000000000000000000000000000').toString('base64url') }],
    ['a credential that nobody has', { credential: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ['a count that went back', { counter: 0 }],
    ['a signature of another key', { signedBy: new SoftAuthenticator(ORIGIN) }],
  ]
  it.each(flaws)('refuse %s', async (_, flaw) => {
    await using here = await anaWithPasskey(kind)
    await here.signIn()

    await expect(here.signIn(flaw)).rejects.toMatchObject(refused)

    await expect(here.signIn()).resolves.toMatchObject({ user: here.ana })
  })

  it('take an answer once, also of several at the same moment', async () => {
    await using here = await anaWithPasskey(kind, false)
    const { step, options } = await here.security.beginPasskeySignIn()
    const response = here.phone.answer({ ...options })

    const results = await Promise.allSettled(Array.from({ length: 8 }, () => here.security.signInByPasskey({ step, response }, SOURCE)))

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(here.security.signInByPasskey({ step, response }, SOURCE)).rejects.toMatchObject({ code: 'people/step-over' })
  })

  it('take an answer for five minutes', async () => {
    await using here = await anaWithPasskey(kind)
    const { step, options } = await here.security.beginPasskeySignIn()
    const response = here.phone.answer({ ...options })

    here.clock.advance(5 * MINUTE)

    await expect(here.security.signInByPasskey({ step, response }, SOURCE)).rejects.toMatchObject({ code: 'people/step-over' })
  })

  it('do not take the step of one purpose for another', async () => {
    await using here = await anaWithPasskey(kind)
    const session = { ...here.session, strong: true }
    const proof = await here.security.beginPasskeyProof(here.ana, session)

    const asSignIn = here.security.signInByPasskey({ step: proof.step, response: here.phone.answer({ ...proof.options }) }, SOURCE)

    await expect(asSignIn).rejects.toMatchObject({ code: 'people/step-over' })
    const { step, options } = await here.security.beginPasskeySignIn()
    const asProof = here.security.proveByPasskey(here.ana, session, { step, response: here.phone.answer({ ...options }) })
    await expect(asProof).rejects.toMatchObject({ code: 'people/step-over' })
  })

  it('prove nothing in the session of somebody else', async () => {
    await using here = await anaWithPasskey(kind)
    const ben = await person(here.rooms, 'Ben')
    const bens = await here.acting('ben@example.org')
    const { step, options } = await here.security.beginPasskeyProof(here.ana, here.session)
    const anas = { step, response: here.phone.answer({ ...options }) }

    await expect(here.security.proveByPasskey(ben, bens, anas)).rejects.toMatchObject({ code: 'people/step-over' })
    const bensStep = await here.security.beginPasskeyProof(ben, bens)
    const withAnas = { step: bensStep.step, response: here.phone.answer({ ...bensStep.options }) }
    await expect(here.security.proveByPasskey(ben, bens, withAnas)).rejects.toMatchObject(refused)
  })

  it('belong to one account: a credential that is registered is not registered again', async () => {
    await using here = await anaWithPasskey(kind)
    const ben = await person(here.rooms, 'Ben')
    const bens = await here.acting('ben@example.org')
    const begun = await here.security.beginPasskey(ben, bens)

    const again = here.security.addPasskey(ben, bens, { step: begun.step, name: 'Phone', response: here.phone.register({ ...begun.options }) })

    await expect(again).rejects.toMatchObject({ code: 'people/factor-exists' })
  })

  it('let in nobody whose account is disabled or erased', async () => {
    await using here = await anaWithPasskey(kind)
    await here.people.change((await here.people.list(null, 1))[0]?.id ?? here.ana, here.ana, { disabled: true }, SOURCE)

    await expect(here.signIn()).rejects.toMatchObject({ ...refused, detail: { reason: 'disabled' } })

    await here.erasure.erase({ user: here.ana, workspace: here.people.workspace })
    await expect(here.signIn()).rejects.toMatchObject({ ...refused, detail: { reason: 'unknown' } })
  })

  it('are not added or removed by whoever has only the password', async () => {
    await using here = await anaWithPasskey(kind)
    const thief = await here.acting()
    const [phone] = (await here.security.waysIn(here.ana)).passkeys

    const attempts = await Promise.allSettled([
      here.security.beginPasskey(here.ana, thief),
      here.security.removePasskey(here.ana, thief, phone?.id ?? ''),
      here.security.beginTotp(here.ana, thief),
      here.security.makeRecoveryCodes(here.ana, thief),
    ])

    for (const attempt of attempts) expect(attempt).toMatchObject({ status: 'rejected', reason: { code: 'people/proof-needed' } })
  })

  it('are not removed when nothing else opens the account, also not two at once', async () => {
    await using here = await anaWithPasskey(kind)
    const strong = { ...here.session, strong: true }
    const key = new SoftAuthenticator(ORIGIN)
    const begun = await here.security.beginPasskey(here.ana, strong)
    await here.security.addPasskey(here.ana, strong, { step: begun.step, name: 'Key', response: key.register({ ...begun.options }) })
    await here.storage.write([{ sql: `update users set password_hash = null where id = '${here.ana}'`, parameters: [] }])
    const { passkeys } = await here.security.waysIn(here.ana)

    const results = await Promise.allSettled(passkeys.map(({ id }) => here.security.removePasskey(here.ana, strong, id)))

    expect(results.map((one) => (one.status === 'rejected' ? (one.reason as { code: string }).code : 'removed')).toSorted()).toEqual([
      'people/last-way-in',
      'removed',
    ])
  })

  it('never make this server look up addresses that stand in a certificate of an authenticator', async () => {
    await using here = await anaWithPasskey(kind)
    await using elsewhere = await serve((_, response) => response.end())
    const strong = { ...here.session, strong: true }
    const key = new SoftAuthenticator(ORIGIN)

    for (const format of ['packed', 'tpm', 'apple', 'android-key', 'android-safetynet', 'fido-u2f']) {
      const begun = await here.security.beginPasskey(here.ana, strong)
      const statement = new Map<string, unknown>([
        ['alg', -7],
        ['sig', new Uint8Array(64)],
        ['x5c', [new Uint8Array(Buffer.from(`certificate with ${elsewhere.origin}/list.crl`))]],
      ])
      const response = key.register({ ...begun.options }, { attestation: [format, statement] })
      const adding = here.security.addPasskey(here.ana, strong, { step: begun.step, name: 'Key', response })
      await expect(adding).rejects.toMatchObject({ ...refused, detail: { reason: 'attestation with certificates' } })
    }

    expect(elsewhere.connections()).toBe(0)
  })

  it('leave a trace without names, keys or credentials', async () => {
    await using here = await anaWithPasskey(kind)
    await here.signIn()

    const rows = await here.storage.db
      .selectFrom('ledger_entries')
      .select(['event', 'body'])
      .where('subject', '=', here.ana)
      .orderBy('position')
      .execute()

    expect(rows.map(({ event }) => event)).toEqual(expect.arrayContaining(['factor.added', 'recovery.prepared', 'session.started']))
    const text = rows.map(({ body }) => body).join()
    for (const secret of ['Phone', here.phone.credential, ...(here.added.recoveryCodes ?? [])]) expect(text).not.toContain(secret)
  })
})
