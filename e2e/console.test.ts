import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BrowsedTown, XSS } from './browsed-town.ts'

describe('the console in a browser', () => {
  let here: BrowsedTown

  beforeAll(async () => {
    here = await BrowsedTown.open()
  }, 120_000)

  afterAll(async () => {
    await here?.[Symbol.asyncDispose]()
  })

  it('asks for a sign-in first, and then goes where the person was going', async () => {
    await using visitor = await here.arrive()

    await visitor.opens('/calls')
    await visitor.signsIn('alice@example.org')

    await visitor.page.waitForURL(`${here.town.url}/calls`)
    await visitor.page.getByRole('heading', { level: 1, name: 'Calls' }).waitFor()
    expect(visitor.errors).toEqual([])
  })

  it('says that a password is wrong, and lets nobody in', async () => {
    await using visitor = await here.arrive()
    await visitor.opens('/sign-in')
    await visitor.page.getByLabel('E-mail').fill('alice@example.org')
    await visitor.page.getByLabel('Password').fill('not the password')

    await visitor.page.getByRole('button', { name: 'Sign in' }).click()

    await visitor.page.getByRole('alert').waitFor()
    expect(new URL(visitor.page.url()).pathname).toBe('/sign-in')
  })

  it.each(['//elsewhere.example', '/\\elsewhere.example', 'https://elsewhere.example/'])(
    'does not leave the house after the sign-in for %s',
    async (to) => {
      await using visitor = await here.arrive()
      await visitor.opens(`/sign-in?to=${encodeURIComponent(to)}`)

      await visitor.signsIn('alice@example.org')

      expect(visitor.page.url()).toBe(`${here.town.url}/`)
      expect(visitor.strayed).toEqual([])
    },
  )

  it('enables a connector only once the person says to have read what it is', async () => {
    await here.publishes('quay', 'The Quay')
    await using visitor = await here.comesIn()
    await visitor.opens('/connectors/quay')
    const enable = visitor.page.getByRole('button', { name: 'Enable' })
    expect(await visitor.reads()).toContain('quay receives what you say and keeps nothing of it.')
    expect(await enable.isDisabled()).toBe(true)

    await visitor.page.getByText('I have read what it can do').click()
    await enable.click()

    await visitor.page.getByText('Your assistants can use it.').waitFor()
    expect((await here.town.app.rooms.choices.of(here.town.person(here.town.alice))).enabled.size).toBeGreaterThan(0)
    expect(visitor.errors).toEqual([])
  })

  it('disables a connector after asking once more, and its calls stop', async () => {
    await here.publishes('mill', 'The Mill')
    await here.town.enables(here.town.alice, 'mill')
    await using visitor = await here.comesIn()
    await visitor.opens('/connectors/mill')

    await visitor.page.getByRole('button', { name: 'Disable' }).click()
    await visitor.page.getByRole('alertdialog').getByRole('button', { name: 'Disable' }).click()

    await visitor.page.getByRole('button', { name: 'Enable' }).waitFor()
    const { body } = await here.town.alice.mcp.call('mill_find', { day: 'Monday' })
    expect(JSON.stringify(body)).toContain('consent/not-enabled')
  })

  it('shows exactly what would be sent, sends it after a yes, and lists the call', async () => {
    await here.publishes('pier', 'The Pier')
    await here.town.enables(here.town.alice, 'pier')
    const guest = `Moreau \u202Etxet ${XSS}`
    await here.town.alice.mcp.call('pier_book', { guest, seats: 2 })
    await using visitor = await here.comesIn()
    await visitor.opens('/approvals')
    await visitor.page.getByRole('link', { name: 'Book a table' }).first().click()
    await visitor.page.getByRole('timer').waitFor()
    const shown = await visitor.reads()
    expect(shown).toContain('<script>alert(2)</script>')
    expect(shown).toContain('U+202E')
    expect(shown).not.toContain('\u202E')

    await visitor.page.getByRole('button', { name: 'Yes, this once' }).click()
    await visitor.page.getByText('Return to your assistant').waitFor()
    expect(await visitor.page.evaluate('document.activeElement.textContent')).toContain('You said yes')
    await here.town.alice.mcp.call('pier_book', { guest, seats: 2 })

    expect(here.desk.asked.at(-1)).toEqual({ guest, seats: 2 })
    await visitor.opens('/calls?connector=pier')
    await visitor.page
      .getByRole('row', { name: /Answered.*book/ })
      .getByRole('link')
      .click()
    await visitor.page.getByRole('tab', { name: 'Result' }).click()
    expect(await visitor.reads()).toContain('Done. <img src=x onerror=alert(1)>')
    await visitor.page.getByRole('tab', { name: 'Ledger' }).click()
    await visitor.page.getByText('call.intended').or(visitor.page.getByText('call.answered')).first().waitFor()
    expect([visitor.errors, visitor.dialogs, visitor.strayed]).toEqual([[], [], []])
  })

  it('keeps a call back after a no', async () => {
    await here.publishes('barn', 'The Barn')
    await here.town.enables(here.town.alice, 'barn')
    await here.town.alice.mcp.call('barn_cancel', { booking: 'B-1' })
    await using visitor = await here.comesIn()
    await visitor.opens('/approvals')
    await visitor.page.getByRole('link', { name: 'Cancel a booking' }).first().click()
    await visitor.page.getByRole('button', { name: 'No', exact: true }).waitFor()
    expect(await visitor.page.getByRole('button', { name: /one hour|always/ }).count()).toBe(0)

    await visitor.page.getByRole('button', { name: 'No', exact: true }).click()

    await visitor.page.getByText('You said no').waitFor()
    const { body } = await here.town.alice.mcp.call('barn_cancel', { booking: 'B-1' })
    expect(JSON.stringify(body)).toContain('consent/approval-refused')
    expect(here.desk.asked).not.toContainEqual({ booking: 'B-1' })
  })

  it('lets a yes last while an argument stays the same, until it is taken back', async () => {
    await here.publishes('inn', 'The Inn')
    await here.town.enables(here.town.alice, 'inn')
    await here.town.alice.mcp.call('inn_book', { guest: 'Moreau', seats: 2 })
    await using visitor = await here.comesIn()
    await visitor.opens('/approvals')
    await visitor.page.getByRole('link', { name: 'Book a table' }).first().click()

    await visitor.page.getByRole('button', { name: 'Yes, always while…' }).click()
    await visitor.page.getByRole('dialog').getByText('guest: Moreau').click()
    await visitor.page.getByRole('button', { name: 'Yes, while these stay' }).click()
    await visitor.page.getByText('Return to your assistant').waitFor()

    const same = await here.town.alice.mcp.call('inn_book', { guest: 'Moreau', seats: 8 })
    expect(JSON.stringify(same.body)).toContain('Done.')
    const other = await here.town.alice.mcp.call('inn_book', { guest: 'Somebody', seats: 2 })
    expect(JSON.stringify(other.body)).toContain('consent/approval-needed')
    await visitor.opens('/connectors/inn')
    await visitor.page.getByRole('button', { name: /^Take back/ }).click()
    await visitor.page.getByRole('heading', { name: 'Lasting yeses' }).waitFor({ state: 'detached' })
    const after = await here.town.alice.mcp.call('inn_book', { guest: 'Moreau', seats: 9 })
    expect(JSON.stringify(after.body)).toContain('consent/approval-needed')
  })

  it('shows the secret of a token once, with configuration that holds it', async () => {
    await using visitor = await here.comesIn('bob')
    await visitor.opens('/tokens')
    await visitor.page.getByRole('button', { name: 'Make a token' }).click()
    await visitor.page.getByLabel('Assistant').fill('A helper')

    await visitor.page.getByRole('button', { name: 'Make it' }).click()

    const secret = (await visitor.page.getByRole('region', { name: 'Token', exact: true }).innerText()).trim()
    await visitor.page.getByRole('tab', { name: 'Cursor' }).click()
    expect(await visitor.page.getByRole('region', { name: 'Configuration for Cursor' }).innerText()).toContain(`Bearer ${secret}`)
    await expect(here.town.app.rooms.authorization.identify(secret)).resolves.toMatchObject({ user: here.town.bob.user })
    await visitor.page.getByRole('button', { name: 'I have kept it' }).click()
    await visitor.opens('/tokens')
    expect(await visitor.page.content()).not.toContain(secret)
  })

  it('is a place where the operator suspends a connector with a reason that users then read', async () => {
    await here.publishes('lock', 'The Lock')
    await here.town.enables(here.town.alice, 'lock')
    await using olga = await here.comesIn('olga')
    await olga.opens('/publish/lock')

    await olga.page.getByRole('button', { name: 'Suspend' }).click()
    await olga.page.getByLabel('Reason').fill('It answers with other people’s bookings.')
    await olga.page.getByRole('alertdialog').getByRole('button', { name: 'Suspend' }).click()

    await olga.page.getByRole('button', { name: 'Reinstate' }).waitFor()
    await using alice = await here.comesIn()
    await alice.opens('/connectors/lock')
    expect(await alice.reads()).toContain('It answers with other people’s bookings.')
  })

  it('forgets what it showed when somebody signs out', async () => {
    await using visitor = await here.comesIn()
    await visitor.opens('/settings')

    await visitor.page.getByRole('button', { name: 'Sign out', exact: true }).first().click()

    await visitor.page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
    await visitor.page.goBack()
    await visitor.page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
    expect(await visitor.page.content()).not.toContain('alice@example.org')
  })

  it('says that the server does not answer, and goes on by itself when it does again', async () => {
    await using visitor = await here.comesIn()
    await visitor.opens('/approvals')

    await visitor.page.route('**/api/**', (route) => route.abort())

    await visitor.page.getByText('Handfast does not answer.').waitFor({ timeout: 20_000 })
    await visitor.page.unroute('**/api/**')
    await visitor.page.getByText('Handfast does not answer.').waitFor({ state: 'detached', timeout: 20_000 })
  })
})
