import { describe, expect, it } from 'vitest'
import { openProcess, type Process, somebody } from '../../test/choosing.ts'
import { databases } from '../../test/databases.ts'
import { proves } from '../../test/proves.ts'
import { type Permit, requireConsent } from '../consent/index.ts'
import { type ConnectorId, newId, type ReleaseId } from '../lib/index.ts'
import { checkSecret } from './vault.ts'
import { NoCredentialError } from './vault-errors.ts'

proves('vault/sealed', 'vault/for-a-permit')

const release = 'rel_1' as ReleaseId
const bearer = { type: 'bearer' } as const
const say = { connectorName: 'Heron', link: 'https://handfast.example/connectors/heron' }
const origins = ['https://heron.example']

/** What the gateway holds after a person's consent was checked. */
async function permitFor(one: Process, who: ReturnType<typeof somebody>, connector: ConnectorId): Promise<Permit> {
  await one.choices.enable(who, { id: connector, name: 'Heron', release, noticeSha256: 'aa', receives: [], link: say.link }, 'aa')
  const wanted = { ...who, connector, connectorName: 'Heron', release, noticeSha256: 'aa', receives: [], link: say.link }
  return requireConsent(await one.choices.of(who), wanted)
}

describe.each(databases)('the vault on $name', (kind) => {
  it("opens a person's own key before the shared one, and nothing where there is none", async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const [ana, ben] = [somebody(), somebody()]
    const heron = newId('con')
    const permits = { ana: await permitFor(one, ana, heron), ben: await permitFor(one, ben, heron) }
    const open = async (permit: Permit) => (await one.vault.credentialFor(permit, bearer, say)).secret

    await expect(open(permits.ana)).rejects.toMatchObject({ code: 'vault/no-credential', link: say.link })
    await one.vault.put({ workspace: ana.workspace, user: null }, heron, 'shared key', origins, ana.user)
    const shared = [await open(permits.ana), await open(permits.ben)]
    await one.vault.put(ana, heron, 'key of Ana', origins, ana.user)

    expect(shared).toEqual(['shared key', 'shared key'])
    expect([await open(permits.ana), await open(permits.ben)]).toEqual(['key of Ana', 'shared key'])
    expect(one.vault.peek(permits.ana, bearer)).toMatchObject({ secret: 'key of Ana', placement: bearer, origins })
    await one.vault.destroy(ana, heron, ana.user)
    expect([await open(permits.ana), await open(permits.ben)]).toEqual(['shared key', 'shared key'])
    await one.vault.destroy({ workspace: ana.workspace, user: null }, heron, ana.user)
    await expect(open(permits.ben)).rejects.toThrow(NoCredentialError)
  })

  it('shows who gave a key and when, and never the key', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const heron = newId('con')

    const note = await one.vault.put(ana, heron, 'canary-51c7', origins, ana.user)

    expect(await one.vault.notes(ana)).toEqual([{ id: note.id, connector: heron, shared: false, setBy: ana.user, setAt: one.clock.now() }])
    const stored = await one.storage.db.selectFrom('credentials').selectAll().execute()
    const traced = await one.storage.db.selectFrom('ledger_entries').selectAll().execute()
    const plain = JSON.stringify([note, stored, traced])
    for (const text of ['canary-51c7', Buffer.from('canary-51c7').toString('base64').replaceAll('=', '')]) expect(plain).not.toContain(text)
  })

  it('overwrites a key that is replaced or destroyed', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const heron = newId('con')
    const first = await one.vault.put(ana, heron, 'first', origins, ana.user)

    const second = await one.vault.put(ana, heron, 'second', origins, ana.user)
    const left = await one.storage.db.selectFrom('credentials').select(['id', 'sealed', 'destroyed_at']).orderBy('id').execute()
    const destroyed = [await one.vault.destroy(ana, heron, ana.user), await one.vault.destroy(ana, heron, ana.user)]

    expect(left.map((row) => [row.id, row.sealed === '', row.destroyed_at !== null])).toEqual([
      [first.id, true, true],
      [second.id, false, false],
    ])
    expect(destroyed).toEqual([true, false])
    expect(await one.storage.db.selectFrom('credentials').select('id').where('sealed', '!=', '').execute()).toEqual([])
    expect(await one.traces(second.id)).toEqual(['credential.stored', 'credential.destroyed'])
  })

  it('keeps one key of several that a person gives at once, and takes none of somebody who is erased', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const heron = newId('con')

    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((secret) => one.vault.put(ana, heron, secret, origins, ana.user)))
    const live = await one.vault.notes(ana)
    await one.enforcement.change([one.sealing.destroyKey(ana.user, ana.workspace)], [`user:${ana.user}`])

    expect(live).toHaveLength(1)
    await expect(one.vault.put(ana, heron, 'f', origins, ana.user)).rejects.toMatchObject({ code: 'sealing/erased' })
  })

  it('opens no key that was moved to another row, person or connector', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const [ana, ben] = [somebody(), somebody()]
    const [heron, crane] = [newId('con'), newId('con')]
    const { id } = await one.vault.put(ana, heron, 'key of Ana', origins, ana.user)
    await one.vault.put(ben, heron, 'key of Ben', origins, ben.user)
    await one.vault.put(ben, crane, 'other key of Ben', origins, ben.user)
    const permits = { heron: await permitFor(one, ben, heron), crane: await permitFor(one, ben, crane) }
    const { sealed } = await one.storage.db.selectFrom('credentials').select('sealed').where('id', '=', id).executeTakeFirstOrThrow()

    const moved = one.storage.db
      .updateTable('credentials')
      .set({ sealed })
      .where('user_id', '=', ben.user)
      .where('connector_id', '=', heron)
      .compile()
    await one.enforcement.change([{ sql: moved.sql, parameters: moved.parameters as readonly string[] }], [`user:${ben.user}`])

    await expect(one.vault.credentialFor(permits.heron, bearer, say)).rejects.toMatchObject({ name: 'SealBrokenError' })
    expect((await one.vault.credentialFor(permits.crane, bearer, say)).secret).toBe('other key of Ben')
  })
})

describe('a key at the door', () => {
  it.each([
    [bearer, 'two\nlines'],
    [bearer, 'naïve'],
    [{ type: 'header', name: 'X-Key' } as const, 'a\u0000b'],
    [{ type: 'query', name: 'key' } as const, 'a\tb'],
    [{ type: 'basic' } as const, 'no-colon'],
  ])('is refused when %j cannot carry %j, without being repeated', (placement, secret) => {
    let said = ''
    try {
      checkSecret(placement, secret)
    } catch (error) {
      said = `${(error as { code: string }).code} ${(error as Error).message}`
    }

    expect(said).toContain('vault/malformed')
    expect(said).not.toContain(secret)
  })

  it('is refused by a connector that asks for none', () => {
    expect(() => checkSecret({ type: 'none' }, 'key')).toThrow(expect.objectContaining({ code: 'vault/not-asked-for' }))
  })

  it.each([
    [bearer, 'sk-abc.DEF_123='],
    [{ type: 'basic' } as const, 'ana:pässword'],
    [{ type: 'query', name: 'key' } as const, 'ключ'],
  ])('is taken when %j can carry %j', (placement, secret) => {
    expect(() => checkSecret(placement, secret)).not.toThrow()
  })
})
