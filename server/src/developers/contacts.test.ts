import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { proves } from '../../test/proves.ts'
import { openPublishing } from '../../test/publishing.ts'
import { DAY, HOUR, MINUTE } from '../lib/index.ts'
import { ASK_AGAIN, CODE_LASTS, GRACE, MOST_ATTEMPTS, MOST_CODES, stateOfContact } from './contact.ts'

proves('developers/contacts')

describe.each(databases)('contacts on $name', (kind) => {
  async function withContact() {
    const town = await openPublishing(kind)
    const { developers, workspace, developer, dora } = town
    const contact = await developers.contacts.add(workspace, developer, 'security', 'security@heron.example', dora)
    return {
      ...town,
      contact,
      /** The code in the last mail to that address. */
      async code() {
        const query = town.storage.db.selectFrom('notices').select(['title', 'recipient']).where('subject', '=', contact.id).orderBy('id', 'desc')
        const { title, recipient } = await query.executeTakeFirstOrThrow()
        expect(recipient).toBe('security@heron.example')
        return title.slice(-11)
      },
    }
  }

  it('count once the code came back, however it was typed, and once only', async () => {
    await using town = await withContact()
    const { developers, workspace, developer, contact } = town
    const code = await town.code()
    expect(await developers.contactsOf(workspace, developer, 'security')).toEqual([])

    await developers.contacts.confirm(contact.id, ` ${code.toLowerCase().replace('-', ' ')}`)

    expect(await developers.contactsOf(workspace, developer, 'security')).toEqual(['security@heron.example'])
    expect(await developers.contactsOf(workspace, developer, 'legal')).toEqual([])
    await expect(developers.contacts.confirm(contact.id, code)).rejects.toMatchObject({ code: 'developers/code-invalid' })
    const ledger = JSON.stringify(await town.ledger())
    expect(ledger).not.toContain('heron.example')
    expect(ledger).not.toContain(code)
  })

  it('cannot be guessed: after a few wrong codes the right one opens nothing either, also when all come at once', async () => {
    await using town = await withContact()
    const { developers, contact } = town
    const code = await town.code()

    const guesses = Array.from({ length: 40 }, (_, i) => developers.contacts.confirm(contact.id, `AAAAA-AAA${String(i).padStart(2, '0')}`))
    const answers = await Promise.allSettled(guesses)

    expect(answers.every(({ status }) => status === 'rejected')).toBe(true)
    const { attempts } = await town.storage.db.selectFrom('developer_contacts').select('attempts').executeTakeFirstOrThrow()
    expect(attempts).toBe(MOST_ATTEMPTS)
    await expect(developers.contacts.confirm(contact.id, code)).rejects.toMatchObject({ code: 'developers/code-invalid' })
  })

  it('are proven by one of two who bring the code at the same moment', async () => {
    await using town = await withContact()
    const { developers, contact } = town
    const code = await town.code()

    const both = await Promise.allSettled([developers.contacts.confirm(contact.id, code), developers.contacts.confirm(contact.id, code)])

    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  it('are sent few codes: a pause after each, and a handful a day', async () => {
    await using town = await withContact()
    const { developers, workspace, developer, dora, contact, clock } = town
    const ask = () => developers.contacts.ask(workspace, developer, contact.id, dora)
    await expect(ask()).rejects.toMatchObject({ code: 'developers/too-many-codes', status: 429 })

    for (let sent = 1; sent < MOST_CODES; sent++) {
      clock.advance(2 * MINUTE)
      await ask()
    }
    clock.advance(2 * HOUR)

    await expect(ask()).rejects.toMatchObject({ code: 'developers/too-many-codes' })
    clock.advance(DAY)
    await ask()
    await developers.contacts.confirm(contact.id, await town.code())
  })

  it('take the newest code only, and none that is out of time', async () => {
    await using town = await withContact()
    const { developers, workspace, developer, dora, contact, clock } = town
    const first = await town.code()
    clock.advance(5 * MINUTE)
    await developers.contacts.ask(workspace, developer, contact.id, dora)

    await expect(developers.contacts.confirm(contact.id, first)).rejects.toMatchObject({ code: 'developers/code-invalid' })
    clock.advance(CODE_LASTS)

    await expect(developers.contacts.confirm(contact.id, await town.code())).rejects.toMatchObject({ code: 'developers/code-invalid' })
  })

  it('are asked again after half a year, count meanwhile, and stop counting a month later', async () => {
    await using town = await withContact()
    const { developers, workspace, developer, contact, clock } = town
    await developers.contacts.confirm(contact.id, await town.code())
    const mails = () => town.storage.db.selectFrom('notices').select('id').where('subject', '=', contact.id).execute()
    clock.advance(ASK_AGAIN - 1)
    await town.runsDue()
    expect(await mails()).toHaveLength(1)

    clock.advance(1)
    await town.runsDue()

    expect(await mails()).toHaveLength(2)
    expect(await developers.contactsOf(workspace, developer, 'security')).toEqual(['security@heron.example'])
    clock.advance(GRACE)
    await town.runsDue()
    expect(await developers.contactsOf(workspace, developer, 'security')).toEqual([])
    const [left] = await developers.contacts.list(workspace, developer)
    expect(left && stateOfContact(left, clock.now())).toBe('stale')
  })

  it('are forgotten when they are taken back', async () => {
    await using town = await withContact()
    const { developers, workspace, developer, dora, contact } = town
    const code = await town.code()

    await developers.contacts.remove(workspace, developer, contact.id, dora)

    await expect(developers.contacts.confirm(contact.id, code)).rejects.toMatchObject({ code: 'developers/code-invalid' })
    expect(await developers.contacts.list(workspace, developer)).toEqual([])
    expect(JSON.stringify(await town.storage.db.selectFrom('developer_contacts').selectAll().execute())).not.toContain('heron.example')
  })
})
