import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { proves } from '../../../test/proves.ts'
import { openPublishing } from '../../../test/publishing.ts'
import { hearStatements } from '../../../test/statements.ts'
import { DAY, newId, type UserId } from '../../lib/index.ts'
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
    /** Switches checks on, with Rita to decide and whoever else; off without a word about that. */
    switches: (enabled: boolean, keepDays = 90, others: readonly UserId[] = []) =>
      parties.settings.set(
        workspace,
        {
          enabled,
          jurisdiction: 'the law of Aldhaven',
          legalBasis: 'article 7 of its trade act',
          deciders: enabled ? [rita, ...others] : [],
          keepDays,
        },
        rita,
      ),
    /** Takes a list in, while something else that is due is under way. */
    async takesMeanwhile(files: Readonly<Record<string, string>>) {
      const list = await this.handsIn(files)
      const now = town.clock.now()
      const open = await town.schedule.list(workspace, { state: 'open', after: null, limit: 200 })
      const due = open.find(({ subject }) => subject === list.id)
      if (due === undefined) throw new Error('nobody reads the list')
      const read = developers.handlers()[due.kind]?.work({ ...due, attempts: 1, now, signal: new AbortController().signal })
      await town.storage.write((await read)?.writes ?? [])
    },
    async takes(files: Readonly<Record<string, string>>, source: 'ofac-sdn' | 'us-csl' = 'ofac-sdn') {
      const list = await this.handsIn(files, source)
      await town.runsDue()
      return await parties.lists.store.get(workspace, list.id)
    },
    async handsIn(files: Readonly<Record<string, string>>, source: 'ofac-sdn' | 'us-csl' = 'ofac-sdn') {
      const list = await parties.lists.begin(workspace, source, '2026-11-20', rita)
      for (const [file, text] of Object.entries(files)) {
        const bytes = Buffer.from(text)
        for (let number = 0; number * 300 < bytes.length; number++)
          await parties.lists.addPart(workspace, list.id, file, number, bytes.subarray(number * 300, (number + 1) * 300))
      }
      await parties.lists.finish(workspace, list.id)
      return list
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
    /** Lets something happen once, right before the transaction that adds to or changes a table. */
    rightBefore: (table: RegExp, happens: () => Promise<unknown>) => {
      const { write } = town.storage
      town.storage.write = async (writes) => {
        if (!writes.some(({ sql }) => table.test(sql))) return await write(writes)
        town.storage.write = write
        await happens()
        return await write(writes)
      }
    },
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
    // Off, and on again, without a word about how long records are kept.
    await town.parties.settings.set(town.workspace, { ...rules, keepDays: 30 }, town.rita)
    for (const enabled of [false, true]) {
      await town.parties.settings.set(town.workspace, { ...rules, enabled, keepDays: undefined }, town.rita)
      expect(await town.parties.settings.inForce(town.workspace)).toMatchObject({ enabled, keepDays: 30 })
    }
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
    // Compared anew it is not asked again, and the word stays beside it; also once somebody let the organisation go on.
    await town.takes({ 'sdn.csv': `${sdn}\r\n104,"SOMEBODY ELSE ENTIRELY",-0- ,"X"` })
    expect(await town.checks()).toEqual([])
    expect((await town.checks(false))[0]).toMatchObject({ answer: 'potential-match', matches: [{ verdict: 'same', reason: 'it is him' }] })
    const [hold] = await town.developers.holds.list(town.workspace, { developer: town.developer, open: true })
    await town.developers.holds.release(town.workspace, hold?.id ?? '', 'a licence was granted', town.rita)
    await town.takes({ 'sdn.csv': sdn })
    expect(await town.isHeld()).toBe(false)
    // What was declared lies sealed, and is gone with the owner.
    const rows = JSON.stringify(await town.storage.db.selectFrom('developer_owners').selectAll().execute())
    expect(rows).not.toContain('محمد')
    const [owner] = await town.developers.profiles.owners(town.workspace, town.developer)
    await town.developers.profiles.removeOwner(town.workspace, town.developer, owner?.id ?? '', town.dora)
    expect(await town.storage.db.selectFrom('developer_owners').select('sealed').execute()).toEqual([{ sealed: '' }])
    await town.runsDue()
    expect(await town.storage.db.selectFrom('party_verdicts').select('reason').execute()).toEqual([])
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

    const [check] = await town.checks()
    expect(check).toMatchObject({ answer: 'potential-match', matches: [{ source: 'embargoes', entry: 'IE' }] })
    expect(await town.isHeld()).toBe(true)
    // Decided about this territory; another line of the table changes nothing about that.
    const match = { source: 'embargoes', entry: 'IE' } as const
    await town.parties.checks.decide(town.workspace, check?.id ?? '', match, 'not-the-same', 'it moved away', town.rita)
    await town.parties.settings.setEmbargoes(town.workspace, table.replace('Its past', 'Its distant past'), town.rita)
    await town.runsDue()
    expect(await town.isHeld()).toBe(false)
  })

  it('keep what a hold stands on as long as the hold, whatever is found later or switched off, and let those who decided before decide', async () => {
    await using town = await openTown(kind)
    const { workspace, developer, developers, clock } = town
    await town.switches(true)
    await town.takes({ 'sdn.csv': sdn })
    await town.says('Brackenford Maritime SA', { registrationNumber: '77 1234567' })
    await town.runsDue()
    const [check] = await town.checks()
    const kept = async () => (await town.checks(false)).find(({ id }) => id === check?.id)

    // Another name, under which nothing is found; then off, and long after.
    await town.says('A Quiet Company')
    await town.runsDue()
    expect(await town.checks()).toEqual([])
    await town.switches(false)
    clock.advance(300 * DAY)
    await town.runsDue()

    expect(await kept()).toMatchObject({ expiresAt: null, matches: [{ entry: '101', number: 'agrees' }] })
    expect(await town.isHeld()).toBe(true)
    const [hold] = await developers.holds.list(workspace, { developer, open: true })
    await developers.holds.appeal(workspace, hold?.id ?? '', 'That is somebody else.', town.dora)
    await expect(developers.holds.keep(workspace, hold?.id ?? '', 'no', town.dora)).rejects.toMatchObject({ code: 'developers/not-decider' })
    await developers.holds.keep(workspace, hold?.id ?? '', 'It is you.', town.rita)
    await expect(developers.holds.release(workspace, hold?.id ?? '', 'ours', town.dora)).rejects.toMatchObject({ code: 'developers/not-decider' })
    await developers.holds.release(workspace, hold?.id ?? '', 'It was somebody else after all.', town.rita)
    expect(await town.isHeld()).toBe(false)
    clock.advance(89 * DAY)
    await town.runsDue()
    expect(await kept()).toMatchObject({ expiresAt: expect.any(Number) })
    clock.advance(2 * DAY)
    await town.runsDue()
    expect(await kept()).toBeUndefined()
  })

  it('never leave an organisation unheld over a match that nobody decided about, whoever comes first at the end of a hold', async () => {
    await using town = await openTown(kind)
    const { workspace, developer, developers } = town
    await town.switches(true)
    await town.takes({ 'sdn.csv': sdn })
    await town.owns({ name: 'Muhammad al-Tarshihi', birthYear: 1963 })
    await town.runsDue()
    const holdOf = async () => (await developers.holds.list(workspace, { developer, open: true }))[0]?.id ?? ''
    const release = async () => await developers.holds.release(workspace, await holdOf(), 'a licence was granted', town.rita)
    const isSame = async (entry: string) => {
      const check = (await town.checks()).find(({ matches }) => matches.some((one) => one.entry === entry))
      await town.parties.checks.decide(workspace, check?.id ?? '', { source: 'ofac-sdn', entry }, 'same', 'it is', town.rita)
    }
    await isSame('102')
    await town.says('Brackenford Maritime', { registrationNumber: '77-1234567' })

    // A comparison finds more while somebody ends the hold.
    town.rightBefore(/^update .?developer_holds/, town.runsDue)
    await expect(release()).rejects.toMatchObject({ code: 'developers/matches-wait' })
    expect(await town.isHeld()).toBe(true)

    // Somebody ends the hold while a comparison finds more.
    await isSame('101')
    await town.says('Brackenford Maritime Ltd', { registrationNumber: '77-1234567' })
    town.rightBefore(/^insert into .?party_checks/, release)
    await town.runsDue()
    expect([await town.isHeld(), await town.checks()]).toEqual([false, []])
    town.clock.advance(DAY)
    await town.runsDue()
    expect(await town.checks()).toMatchObject([{ answer: 'potential-match', hold: await holdOf() }])
    expect(await town.isHeld()).toBe(true)
  })

  it('write nothing about a list that another edition replaced meanwhile, and nothing once they were switched off', async () => {
    await using town = await openTown(kind)
    await town.switches(true)
    await town.takes({ 'sdn.csv': sdn })
    await town.says('Brackenford Maritime', { registrationNumber: '77-1234567' })
    await town.runsDue()
    const [open] = await town.checks()

    // A new edition comes while the organisation is compared with the one before.
    await town.says('Brackenford Maritime Ltd', { registrationNumber: '77-1234567' })
    town.rightBefore(/^insert into .?party_checks/, () => town.takesMeanwhile({ 'sdn.csv': `${sdn}\r\n104,"SOMEBODY ELSE ENTIRELY",-0- ,"X"` }))
    await town.runsDue()
    town.clock.advance(DAY)
    await town.runsDue()
    const entries = await town.ledger()
    const after = entries.slice(entries.findLastIndex(({ event }) => event === 'list.taken')).filter(({ event }) => event === 'party.checked')
    const [now] = await town.parties.lists.store.inForce(town.workspace)
    expect(after.length).toBeGreaterThan(0)
    for (const { facts } of after) expect(facts).toMatchObject({ editions: expect.arrayContaining([`ofac-sdn ${now?.sha256}`]) })

    // They are switched off while it is compared.
    const [waits] = await town.checks()
    expect(waits?.id).not.toBe(open?.id)
    await town.says('A Quiet Company')
    town.rightBefore(/^insert into .?party_checks/, () => town.switches(false))
    await town.runsDue()
    town.clock.advance(DAY)
    await town.runsDue()
    expect((await town.ledger()).at(-1)).toMatchObject({ event: 'party.switched_off' })
    // What was found before is still there to be decided.
    expect(await town.checks()).toMatchObject([{ id: waits?.id }])
    await town.parties.checks.decide(town.workspace, waits?.id ?? '', { source: 'ofac-sdn', entry: '101' }, 'not-the-same', 'no', town.rita)
    expect(await town.isHeld()).toBe(false)
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

  it('let one of many decisions win, know of each other, and are for nobody of the organisation where roles are apart', async () => {
    await using town = await openTown(kind, 'public')
    const { workspace, developer, developers, dora, rita } = town
    const orla = newId('usr') as UserId
    await town.switches(true, 90, [orla, dora])
    await town.takes({ 'sdn.csv': sdn })
    await town.says('Brackenford Maritime', { registrationNumber: '77-1234567' })
    await town.owns({ name: 'Muhammad al-Tarshihi', birthYear: 1963 })
    await town.runsDue()
    const decide = async (entry: string, verdict: 'same' | 'not-the-same', by: UserId) => {
      const check = (await town.checks()).find(({ matches }) => matches.some((one) => one.entry === entry))
      return await town.parties.checks.decide(workspace, check?.id ?? '', { source: 'ofac-sdn', entry }, verdict, 'looked', by)
    }
    const [hold] = await developers.holds.list(workspace, { developer, open: true })

    await expect(decide('101', 'not-the-same', dora)).rejects.toMatchObject({ code: 'developers/somebody-else' })
    await expect(developers.holds.release(workspace, hold?.id ?? '', 'ours', dora)).rejects.toMatchObject({ code: 'developers/somebody-else' })
    await expect(developers.holds.release(workspace, hold?.id ?? '', 'fine', rita)).rejects.toMatchObject({ code: 'developers/matches-wait' })
    const same = await Promise.allSettled((['same', 'not-the-same', 'not-the-same'] as const).map((verdict) => decide('101', verdict, rita)))
    expect(same.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    // Both entries are asked about again, and two people say of one each that it is somebody else.
    await town.says('Brackenford Maritime Ltd', { registrationNumber: '77-1234567' })
    await town.runsDue()
    const both = await Promise.allSettled([decide('101', 'not-the-same', rita), decide('102', 'not-the-same', orla)])
    for (const [at, one] of both.entries())
      if (one.status === 'rejected') {
        expect(one.reason).toMatchObject({ code: 'request/conflict' })
        await (at === 0 ? decide('101', 'not-the-same', rita) : decide('102', 'not-the-same', orla))
      }
    expect(await town.checks()).toEqual([])
  })
})
