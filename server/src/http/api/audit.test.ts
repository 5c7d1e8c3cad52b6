import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { Client, codeOf, firstOperator, openHouse, person } from '../../../test/house.ts'
import { MINUTE } from '../../lib/index.ts'

describe.each(databases)('what auditors look at on $name', (kind) => {
  it('is every entry, newest first, page by page, by event and by subject', async () => {
    await using house = await openHouse(kind)
    const olga = await firstOperator(house)
    await person(house, 'Audra', ['auditor'])
    const audra = new Client(house.url)
    await audra.signIn('Audra')

    const all: string[] = []
    for (let cursor = ''; ; ) {
      const { body } = await audra.get(`/api/v1/ledger/entries?limit=2${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
      all.push(...(body['items'] as unknown as { event: string }[]).map(({ event }) => event))
      if (body['nextCursor'] === null) break
      cursor = String(body['nextCursor'])
    }
    const some = await audra.get(`/api/v1/ledger/entries?event=user.created&subject=${olga}`)

    const kept = await house.storage.db.selectFrom('ledger_entries').select('event').orderBy('position', 'desc').execute()
    expect(all).toEqual(kept.map(({ event }) => event))
    expect(some.body['items']).toMatchObject([{ event: 'user.created', subject: olga }])
  })

  it('is taken along as one file, after a fresh proof, and that is recorded', async () => {
    await using house = await openHouse(kind)
    await firstOperator(house)
    const id = await person(house, 'Audra', ['auditor'])
    const audra = new Client(house.url)
    await audra.signIn('Audra')
    const before = await audra.get('/api/v1/ledger/export')
    house.clock.advance(11 * MINUTE)

    const late = await audra.get('/api/v1/ledger/export')

    const file = JSON.parse(before.text) as { entries: { event: string; body: string }[] }
    expect(file.entries.at(-1)).toMatchObject({ event: 'ledger.exported' })
    expect(JSON.parse(file.entries.at(-1)?.body ?? '')).toMatchObject({ by: id })
    expect(codeOf(late)).toBe('people/proof-needed')
  })

  it('is for nobody without the role', async () => {
    await using house = await openHouse(kind)
    await firstOperator(house)
    for (const role of ['user', 'developer', 'reviewer'] as const) {
      await person(house, role, [role])
      const client = new Client(house.url)
      await client.signIn(role)
      for (const path of ['/api/v1/ledger/entries', '/api/v1/ledger/export']) expect(codeOf(await client.get(path))).toBe('authorization/role')
      expect((await client.get('/api/v1/decisions')).status).toBe(role === 'reviewer' ? 200 : 403)
    }
  })
})

describe('danger in a session that was left open', () => {
  it('asks for a fresh proof: everything that changes how people sign in, rights, export and erasure', async () => {
    const [kind] = databases
    if (kind === undefined) throw new Error('no database')
    await using house = await openHouse(kind)
    await firstOperator(house)
    const olga = new Client(house.url)
    await olga.signIn('Olga')
    house.clock.advance(10 * MINUTE)

    const dangerous = house.api.endpoints.filter((one) => one.fresh === true)
    const answers = await Promise.all(
      dangerous.map((one) => olga.send(one.method, one.path.replaceAll(/\{\w+\}/g, 'x'), one.method === 'GET' ? undefined : {})),
    )

    expect(answers.map(codeOf)).toEqual(dangerous.map(() => 'people/proof-needed'))
    expect(dangerous.map((one) => `${one.method} ${one.path.slice('/api/v1'.length)}`).toSorted()).toEqual(
      expect.arrayContaining([
        'DELETE /me/identities/{id}',
        'DELETE /me/passkeys/{id}',
        'DELETE /me/totp',
        'DELETE /users/{id}/second-factor',
        'GET /ledger/export',
        'GET /me/export',
        'PATCH /users/{id}',
        'POST /me/erase',
        'POST /me/identities/{provider}',
        'POST /me/passkeys',
        'POST /me/passkeys/options',
        'POST /me/recovery-codes',
        'POST /me/totp',
        'POST /me/totp/confirm',
        'POST /password',
        'POST /users',
        'POST /users/{id}/link',
        'PUT /me/email',
      ]),
    )
  })
})
