import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { proves } from '../../../test/proves.ts'
import { openPublishing } from '../../../test/publishing.ts'
import { hearStatements } from '../../../test/statements.ts'
import { DAY, type UserId } from '../../lib/index.ts'
import type { NewOwner } from '../profile.ts'

proves('developers/party-checks', 'developers/holds')

const sdn = [
  '101,"BRACKENFORD MARITIME S.A.",-0- ,"INVENTED",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"Registration Number 77-1234567 (Panama)."',
  '102,"AL-TARSHIHI, Muhammad",individual,"INVENTED",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 12 Mar 1963; nationality Syria."',
  '103,"=HYPERLINK(""http://evil.example"";""x"")",-0- ,"INVENTED",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0-',
].join('\r\n')
const add = '101,1,"Calle Nueve 12","Colon","Panama",-0-\r\n'
const alt = '101,1,"aka","Brackenford Shipping",-0-\r\n'

async function openTown(kind: Parameters<typeof openPublishing>[0], profile: 'house' | 'public' = 'house') {
  const town = await openPublishing(kind, profile)
  const { developers, workspace, developer, dora, rita } = town
  const { parties, profiles } = developers
  return {
    ...town,
    parties,
    /** Switches checks on, with Rita to decide. */
    switches: (enabled: boolean, keepDays = 90) =>
      parties.settings.set(
        workspace,
        { enabled, jurisdiction: 'the law of Aldhaven', legalBasis: 'article 7 of its trade act', deciders: [rita], keepDays },
        rita,
      ),
    async takes(files: Readonly<Record<string, string>>, source: 'ofac-sdn' | 'us-csl' = 'ofac-sdn') {
      const list = await parties.lists.begin(workspace, source, '2026-11-20', rita)
      for (const [file, text] of Object.entries(files)) {
        const bytes = Buffer.from(text)
        for (let number = 0; number * 300 < bytes.length; number++)
          await parties.lists.addPart(workspace, list.id, file, number, bytes.subarray(number * 300, (number + 1) * 300))
      }
      await parties.lists.finish(workspace, list.id)
      await town.runsDue()
      return await parties.lists.store.get(workspace, list.id)
    },
    says: (legalName: string, change: { readonly address?: string; readonly registrationNumber?: string } = {}) =>
      profiles.set(
        workspace,
        developer,
        { legalName, region: null, address: null, website: null, registrationNumber: null, privacyUrl: null, supportUrl: null, ...change },
        dora,
      ),
    owns: (change: Partial<NewOwner>) =>
      profiles.addOwner(
        workspace,
        developer,
        {
          kind: 'person',
          name: 'Nobody',
          aliases: [],
          country: null,
          nationality: null,
          birthYear: null,
          registrationNumber: null,
          share: null,
          ...change,
        },
        dora,
      ),
    checks: (open = true) => parties.checks.list(workspace, { developer, open, after: null, limit: 50 }),
    isHeld: () =>
      developers.requireUnheld(workspace, developer).then(
        () => false,
        () => true,
      ),
  }
}

describe.each(databases)('party checks on $name', (kind) => {
  it('read no list and write no check while they are switched off, whatever happens, and again after they were switched off', async () => {
    await using town = await openTown(kind)
    using statements = hearStatements(town.storage)
    const touched = () =>
      statements.take().filter((text) => /party_(lists|list_parts|list_entries|checks|matches|verdicts)|embargo_tables/.test(text))
    const lives = async (name: string) => {
      await town.developers.create({ workspace: town.workspace, name, country: 'PA', by: town.dora })
      await town.says(name)
      await town.owns({ name: 'Muhammad al-Tarshihi' })
      town.clock.advance(3 * DAY)
      await town.runsDue()
    }

    await lives('Brackenford Maritime')

    expect(touched()).toEqual([])
    await expect(town.parties.lists.begin(town.workspace, 'ofac-sdn', null, town.rita)).rejects.toMatchObject({ code: 'developers/party-checks-off' })
    await expect(town.parties.settings.setEmbargoes(town.workspace, '', town.rita)).rejects.toMatchObject({ code: 'developers/party-checks-off' })
    await expect(town.owns({ birthYear: 1963 })).rejects.toMatchObject({ code: 'developers/party-checks-off' })
    await town.switches(true)
    await town.takes({ 'sdn.csv': sdn, 'add.csv': add, 'alt.csv': alt })
    await town.switches(false)
    expect(await town.storage.db.selectFrom('party_list_entries').select('entry').execute()).toEqual([])
    statements.take()
    await lives('Brackenford Shipping')
    // Records of the time when they were on go when their time comes.
    expect(touched().filter((text) => !text.startsWith('delete'))).toEqual([])
  })

  it('are switched on with law, basis and somebody who decides, or not at all', async () => {
    await using town = await openTown(kind)
    const rules = { enabled: true, jurisdiction: 'Aldhaven', legalBasis: 'its trade act', deciders: [town.rita], keepDays: 90 }

    for (const lack of [{ jurisdiction: ' ' }, { legalBasis: '' }, { deciders: [] }])
      await expect(town.parties.settings.set(town.workspace, { ...rules, ...lack }, town.rita)).rejects.toMatchObject({
        code: 'developers/party-rules',
      })
    await town.parties.settings.set(town.workspace, rules, town.rita)

    expect(await town.parties.settings.inForce(town.workspace)).toMatchObject({ ...rules, by: town.rita })
    expect((await town.ledger()).at(-1)).toMatchObject({ event: 'party.switched_on', facts: { jurisdiction: 'Aldhaven' } })
  })

  it('stop nobody for a name, and hold for a person where a second identifier agrees; a person ends it, and it is not asked again', async () => {
    await using town = await openTown(kind)
    await town.switches(true)
    await town.takes({ 'sdn.csv': sdn, 'add.csv': add, 'alt.csv': alt })

    await town.says('Brackenford Maritime SA')
    await town.runsDue()

    expect(await town.checks()).toMatchObject([{ answer: 'review', hold: null, matches: [{ entry: '101', country: 'differs' }] }])
    expect(await town.isHeld()).toBe(false)
    await town.says('Brackenford Maritime SA', { registrationNumber: '77 1234567' })
    await town.runsDue()
    const [check] = await town.checks()
    expect(check).toMatchObject({ answer: 'potential-match', matches: [{ source: 'ofac-sdn', entry: '101', number: 'agrees' }] })
    expect(check?.lists).toContainEqual(expect.objectContaining({ source: 'ofac-sdn', publishedOn: '2026-11-20' }))
    expect(await town.isHeld()).toBe(true)
    const match = { source: 'ofac-sdn', entry: '101' } as const
    const decide = (by: UserId, reason = 'another register') =>
      town.parties.checks.decide(town.workspace, check?.id ?? '', match, 'not-the-same', reason, by)
    await expect(decide(town.dora)).rejects.toMatchObject({ code: 'developers/not-decider' })
    await expect(decide(town.rita, ' ')).rejects.toMatchObject({ code: 'request/invalid' })
    await decide(town.rita)
    await expect(decide(town.rita)).rejects.toMatchObject({ code: 'request/not-found' })
    expect(await town.isHeld()).toBe(false)
    // The same lists again: remembered by entry and party.
    await town.takes({ 'sdn.csv': `${sdn}\r\n104,"SOMEBODY ELSE ENTIRELY",-0- ,"X"`, 'add.csv': add, 'alt.csv': alt })
    expect(await town.checks()).toEqual([])
    expect(await town.isHeld()).toBe(false)
    // The entry changes: asked again.
    await town.takes({ 'sdn.csv': sdn, 'add.csv': add.replace('Colon', 'Balboa'), 'alt.csv': alt })
    expect(await town.checks()).toMatchObject([{ answer: 'potential-match' }])
    expect(await town.isHeld()).toBe(true)
    const words = JSON.stringify(await town.ledger())
    expect(words).not.toMatch(/Brackenford|another register/i)
  })

  it('hold on where a person says that it is the same, and look at declared owners but never at users', async () => {
    await using town = await openTown(kind)
    await town.switches(true)
    await town.takes({ 'sdn.csv': sdn })
    await town.owns({ name: 'محمد الترشيحي', birthYear: 1963 })
    await town.runsDue()
    const [check] = await town.checks()
    expect(check).toMatchObject({ answer: 'potential-match', matches: [{ entry: '102', birthYear: 'agrees' }] })
    expect(check?.party).toMatch(/^own_/)

    await town.parties.checks.decide(town.workspace, check?.id ?? '', { source: 'ofac-sdn', entry: '102' }, 'same', 'it is him', town.rita)

    expect(await town.isHeld()).toBe(true)
    expect(await town.checks()).toEqual([])
    // What was declared lies sealed, and is gone with the owner.
    const rows = JSON.stringify(await town.storage.db.selectFrom('developer_owners').selectAll().execute())
    expect(rows).not.toContain('محمد')
    const [owner] = await town.developers.profiles.owners(town.workspace, town.developer)
    await town.developers.profiles.removeOwner(town.workspace, town.developer, owner?.id ?? '', town.dora)
    expect(await town.storage.db.selectFrom('developer_owners').select('sealed').execute()).toEqual([{ sealed: '' }])
  })

  it('forget what matched nothing when its time comes', async () => {
    await using town = await openTown(kind)
    await town.switches(true, 30)
    await town.takes({ 'sdn.csv': sdn })
    await town.says('A Quiet Company')
    await town.runsDue()
    expect((await town.checks(false)).map(({ answer }) => answer)).toContain('no-list-match')

    town.clock.advance(31 * DAY)
    await town.runsDue()

    expect(await town.checks(false)).toEqual([])
  })

  it('hold whoever says to sit in an embargoed country, and only look where a region is not sure', async () => {
    await using town = await openTown(kind)
    await town.switches(true)
    const table = [
      'date: 2026-11-01',
      'source: invented',
      'territories:',
      '  - { code: IE, name: Aldhaven, kind: comprehensive, from: 2026-01-01, source: invented }',
      '  - { code: XX-1, name: Its past, kind: comprehensive, from: 2020-01-01, until: 2021-01-01, source: invented }',
    ].join('\n')

    await expect(town.parties.settings.setEmbargoes(town.workspace, `${table}\n  - { code: ie }`, town.rita)).rejects.toMatchObject({
      code: 'developers/embargo-table',
      pointer: expect.stringMatching(/^\/territories\/2/),
    })
    await town.parties.settings.setEmbargoes(town.workspace, table, town.rita)
    await town.runsDue()

    expect(await town.checks()).toMatchObject([{ answer: 'potential-match', matches: [{ source: 'embargoes', entry: 'IE' }] }])
    expect(await town.isHeld()).toBe(true)
  })

  it('say once that a list has not been seen for a week, until it is seen again, after any time without a node', async () => {
    await using town = await openTown(kind)
    await town.switches(true)
    const list = await town.takes({ 'sdn.csv': sdn })
    const alarms = async () =>
      (await town.storage.db.selectFrom('notices').select('id').where('kind', '=', 'developers.list-outdated').execute()).length

    town.clock.advance(6 * DAY)
    await town.runsDue()
    expect(await alarms()).toBe(0)
    town.clock.advance(40 * DAY)
    await town.runsDue()
    town.clock.advance(3 * DAY)
    await town.runsDue()
    expect(await alarms()).toBe(1)
    await town.takes({ 'sdn.csv': sdn })

    expect(await town.parties.lists.store.inForce(town.workspace)).toMatchObject([{ id: list?.id, seenAt: town.clock.now(), alarmedAt: null }])
    town.clock.advance(9 * DAY)
    await town.runsDue()
    expect(await alarms()).toBe(2)
  })

  it('lets one of many decisions win', async () => {
    await using town = await openTown(kind, 'public')
    await town.switches(true)
    await town.takes({ 'sdn.csv': sdn })
    await town.says('Brackenford Maritime', { registrationNumber: '77-1234567' })
    await town.runsDue()
    const [check] = await town.checks()
    const match = { source: 'ofac-sdn', entry: '101' } as const

    const all = await Promise.allSettled(
      (['same', 'not-the-same', 'not-the-same'] as const).map((verdict) =>
        town.parties.checks.decide(town.workspace, check?.id ?? '', match, verdict, 'looked', town.rita),
      ),
    )

    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })
})
