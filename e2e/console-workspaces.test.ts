import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { group, rules } from '../server/test/workspaces.ts'
import { BrowsedTown } from './browsed-town.ts'
import type { Visitor } from './visitor.ts'

/** Where to leave pictures of the pages, for somebody who wants to look at them. */
const pictures = process.env['HANDFAST_PICTURES']

async function picture(visitor: Visitor, name: string): Promise<void> {
  if (pictures !== undefined) await visitor.page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })
}

describe('rules of a workspace in the console', () => {
  let here: BrowsedTown

  beforeAll(async () => {
    here = await BrowsedTown.open()
    await here.publishes('yard', 'The Yard')
    await here.publishes('pier', 'The Pier')
  }, 120_000)

  afterAll(async () => {
    await here?.[Symbol.asyncDispose]()
  })

  it('are written, explained, hide what they close, and put a call before a colleague', async () => {
    const { town } = here
    const { workspace } = town.app
    await town.enables(town.alice, 'yard')
    await group(town, workspace, 'finance', [town.bob.user])
    await rules(town, workspace, { connectors: { block: ['pier'], because: 'We do not row.' }, rules: [{ id: 'old', verb: 'ask' }] })
    await using olga = await here.comesIn('olga')
    await olga.opens(`/workspaces/${workspace}`)
    const written = {
      connectors: { block: ['pier'], because: 'We do not row.' },
      rules: [
        { id: 'no-cancelling', verb: 'deny', on: { connectors: ['yard'], tools: ['cancel'] }, because: 'Call them instead.' },
        {
          id: 'many-seats',
          verb: 'ask',
          on: { tools: ['book'] },
          when: [{ at: '/seats', atLeast: 10 }],
          approvers: { groups: ['finance'] },
          because: 'Big tables cost.',
        },
      ],
    }
    await olga.page.getByLabel('Rules, as JSON').fill(JSON.stringify(written))
    await olga.page.getByRole('button', { name: 'Put in force', exact: true }).click()
    await olga.page.getByText('Version 2 is in force.').waitFor()
    await picture(olga, 'rules')
    await olga.page.getByRole('tab', { name: 'People' }).click()
    await olga.page.getByRole('button', { name: 'Take out' }).first().waitFor()
    await picture(olga, 'people')
    await olga.page.getByRole('tab', { name: 'Groups' }).click()
    await olga.page.getByText('finance, 1 person').waitFor()
    await picture(olga, 'groups')

    await using alice = await here.comesIn('alice', { width: 390, height: 844 })
    await alice.opens('/directory')
    await alice.page.getByText('Call them instead.').waitFor()
    await alice.page.getByText('We do not row.').waitFor()
    await picture(alice, 'directory')
    await alice.opens('/explain')
    await alice.page.getByLabel('Connector').fill('yard')
    await alice.page.getByLabel('Tool').fill('book')
    await alice.page.getByLabel('Arguments').fill('{"guest":"Ana","seats":12}')
    await alice.page.getByRole('button', { name: 'Explain' }).click()
    await alice.page.getByText('Sent after a yes', { exact: true }).waitFor()
    await picture(alice, 'explain')

    await town.alice.mcp.call('yard_book', { guest: 'Ana', seats: 12 })
    await using bob = await here.comesIn('bob')
    await bob.opens('/approvals')
    await picture(bob, 'approvals')
    await bob.page.getByRole('link', { name: 'Book a table' }).click()
    await bob.page.getByText('Exactly what it sends').waitFor()
    await picture(bob, 'request')
    await bob.page.getByLabel('Reason').fill('Too many.')
    await bob.page.getByRole('button', { name: 'No', exact: true }).click()
    await bob.page.getByText('You said no.').waitFor()

    await alice.opens('/approvals')
    await alice.page.getByRole('link', { name: 'Book a table' }).click()
    await alice.page.getByText('Too many.').waitFor()
    await picture(alice, 'refused')
    expect(here.desk.asked).toEqual([])
    for (const visitor of [olga, alice, bob]) expect([visitor.errors, visitor.strayed, visitor.dialogs]).toEqual([[], [], []])
  }, 120_000)
})
