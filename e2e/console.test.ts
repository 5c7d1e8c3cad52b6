import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureConsole } from '../scripts/build-console.ts'
import type { Json, JsonObject } from '../server/src/lib/index.ts'
import { databases } from '../server/test/databases.ts'
import { modernConnector, result, type ScriptedConnector } from '../server/test/scripted-connector.ts'
import { Town } from '../server/test/town.ts'
import { launchBrowser } from './browser.ts'
import { stumbles } from './stumbles.ts'
import { Visitor } from './visitor.ts'

const XSS = '<img src=x onerror=alert(1)><script>alert(2)</script>"\'><svg onload=alert(3)>'

const takes = (properties: JsonObject): Json => ({ type: 'object', properties, required: Object.keys(properties), additionalProperties: false })
const tools: Json = [
  {
    name: 'find',
    title: 'Find a table',
    description: `Looks for one. ${XSS}`,
    inputSchema: takes({ day: { type: 'string' } }),
    annotations: { readOnlyHint: true },
  },
  {
    name: 'book',
    title: 'Book a table',
    description: 'Books it.',
    inputSchema: takes({ guest: { type: 'string' }, seats: { type: 'integer' } }),
    annotations: { readOnlyHint: false, destructiveHint: false },
  },
  {
    name: 'cancel',
    title: 'Cancel a booking',
    description: 'Ends it.',
    inputSchema: takes({ booking: { type: 'string' } }),
    annotations: { destructiveHint: true },
  },
]

/** A restaurant's desk: what it is asked to do arrives in `asked`, and it answers with words that nobody should believe. */
async function openDesk(): Promise<ScriptedConnector & { readonly asked: readonly JsonObject[] }> {
  const asked: JsonObject[] = []
  const connector = await modernConnector((incoming, response) => {
    if (incoming.method === 'tools/list') return result(response, incoming.id, { resultType: 'complete', tools, ttlMs: 0, cacheScope: 'private' })
    asked.push(incoming.params['arguments'] as JsonObject)
    result(response, incoming.id, { resultType: 'complete', content: [{ type: 'text', text: `Done. ${XSS}` }] })
  })
  return Object.assign(connector, { asked })
}

describe('the console in a browser', () => {
  let browser: Browser
  let town: Town
  let desk: Awaited<ReturnType<typeof openDesk>>

  const arrive = (size?: { width: number; height: number }) => Visitor.arrive(browser, town.url, size)
  const comesIn = async (who = 'alice', size?: { width: number; height: number }) => {
    const visitor = await arrive(size)
    await visitor.signsIn(`${who}@example.org`)
    return visitor
  }
  /** Publishes the desk under a name of its own, so that stories do not meet. */
  const publishes = (slug: string, name = slug) => town.publishes(slug, desk.url, { name, description: `${name} takes bookings. ${XSS}` })

  beforeAll(async () => {
    await ensureConsole()
    const [kind] = databases
    if (kind === undefined) throw new Error('there is no database to run on')
    ;[browser, town, desk] = await Promise.all([launchBrowser(), Town.open(kind), openDesk()])
    // The browser lives today, and so does the house: a countdown is then a countdown.
    town.clock.advance(Math.max(0, Date.now() - town.clock.now()))
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await town?.[Symbol.asyncDispose]()
    await desk?.[Symbol.asyncDispose]()
  })

  it('asks for a sign-in first, and then goes where the person was going', async () => {
    await using visitor = await arrive()

    await visitor.opens('/calls')
    await visitor.signsIn('alice@example.org')

    await visitor.page.waitForURL(`${town.url}/calls`)
    await visitor.page.getByRole('heading', { level: 1, name: 'Calls' }).waitFor()
    expect(visitor.errors).toEqual([])
  })

  it('says that a password is wrong, and lets nobody in', async () => {
    await using visitor = await arrive()
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
      await using visitor = await arrive()
      await visitor.opens(`/sign-in?to=${encodeURIComponent(to)}`)

      await visitor.signsIn('alice@example.org')

      expect(visitor.page.url()).toBe(`${town.url}/`)
      expect(visitor.strayed).toEqual([])
    },
  )

  it('enables a connector only once the person says to have read what it is', async () => {
    await publishes('quay', 'The Quay')
    await using visitor = await comesIn()
    await visitor.opens('/connectors/quay')
    const enable = visitor.page.getByRole('button', { name: 'Enable' })
    expect(await visitor.reads()).toContain('quay receives what you say and keeps nothing of it.')
    expect(await enable.isDisabled()).toBe(true)

    await visitor.page.getByText('I have read what it can do').click()
    await enable.click()

    await visitor.page.getByText('Your assistants can use it.').waitFor()
    expect((await town.app.rooms.choices.of(town.person(town.alice))).enabled.size).toBeGreaterThan(0)
    expect(visitor.errors).toEqual([])
  })

  it('disables a connector after asking once more, and its calls stop', async () => {
    await publishes('mill', 'The Mill')
    await town.enables(town.alice, 'mill')
    await using visitor = await comesIn()
    await visitor.opens('/connectors/mill')

    await visitor.page.getByRole('button', { name: 'Disable' }).click()
    await visitor.page.getByRole('alertdialog').getByRole('button', { name: 'Disable' }).click()

    await visitor.page.getByRole('button', { name: 'Enable' }).waitFor()
    const { body } = await town.alice.mcp.call('mill_find', { day: 'Monday' })
    expect(JSON.stringify(body)).toContain('consent/not-enabled')
  })

  it('shows exactly what would be sent, sends it after a yes, and lists the call', async () => {
    await publishes('pier', 'The Pier')
    await town.enables(town.alice, 'pier')
    const guest = `Moreau \u202Etxet ${XSS}`
    await town.alice.mcp.call('pier_book', { guest, seats: 2 })
    await using visitor = await comesIn()
    await visitor.opens('/approvals')
    await visitor.page.getByRole('link', { name: 'Book a table' }).first().click()
    await visitor.page.getByRole('timer').waitFor()
    const shown = await visitor.reads()
    expect(shown).toContain('<script>alert(2)</script>')
    expect(shown).toContain('U+202E')
    expect(shown).not.toContain('\u202E')

    await visitor.page.getByRole('button', { name: 'Yes, this once' }).click()
    await visitor.page.getByText('Return to your assistant').waitFor()
    await town.alice.mcp.call('pier_book', { guest, seats: 2 })

    expect(desk.asked.at(-1)).toEqual({ guest, seats: 2 })
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
    await publishes('barn', 'The Barn')
    await town.enables(town.alice, 'barn')
    await town.alice.mcp.call('barn_cancel', { booking: 'B-1' })
    await using visitor = await comesIn()
    await visitor.opens('/approvals')
    await visitor.page.getByRole('link', { name: 'Cancel a booking' }).first().click()
    await visitor.page.getByRole('button', { name: 'No', exact: true }).waitFor()
    expect(await visitor.page.getByRole('button', { name: /one hour|always/ }).count()).toBe(0)

    await visitor.page.getByRole('button', { name: 'No', exact: true }).click()

    await visitor.page.getByText('You said no').waitFor()
    const { body } = await town.alice.mcp.call('barn_cancel', { booking: 'B-1' })
    expect(JSON.stringify(body)).toContain('consent/approval-refused')
    expect(desk.asked).not.toContainEqual({ booking: 'B-1' })
  })

  it('lets a yes last while an argument stays the same, until it is taken back', async () => {
    await publishes('inn', 'The Inn')
    await town.enables(town.alice, 'inn')
    await town.alice.mcp.call('inn_book', { guest: 'Moreau', seats: 2 })
    await using visitor = await comesIn()
    await visitor.opens('/approvals')
    await visitor.page.getByRole('link', { name: 'Book a table' }).first().click()

    await visitor.page.getByRole('button', { name: 'Yes, always while…' }).click()
    await visitor.page.getByRole('dialog').getByText('guest: Moreau').click()
    await visitor.page.getByRole('button', { name: 'Yes, while these stay' }).click()
    await visitor.page.getByText('Return to your assistant').waitFor()

    const same = await town.alice.mcp.call('inn_book', { guest: 'Moreau', seats: 8 })
    expect(JSON.stringify(same.body)).toContain('Done.')
    const other = await town.alice.mcp.call('inn_book', { guest: 'Somebody', seats: 2 })
    expect(JSON.stringify(other.body)).toContain('consent/approval-needed')
    await visitor.opens('/connectors/inn')
    await visitor.page.getByRole('button', { name: /^Take back/ }).click()
    await visitor.page.getByRole('heading', { name: 'Lasting yeses' }).waitFor({ state: 'detached' })
    const after = await town.alice.mcp.call('inn_book', { guest: 'Moreau', seats: 9 })
    expect(JSON.stringify(after.body)).toContain('consent/approval-needed')
  })

  it('shows the secret of a token once, with configuration that holds it', async () => {
    await using visitor = await comesIn('bob')
    await visitor.opens('/tokens')
    await visitor.page.getByRole('button', { name: 'Make a token' }).click()
    await visitor.page.getByLabel('Assistant').fill('A helper')

    await visitor.page.getByRole('button', { name: 'Make it' }).click()

    const secret = (await visitor.page.getByRole('region', { name: 'Token', exact: true }).innerText()).trim()
    await visitor.page.getByRole('tab', { name: 'Cursor' }).click()
    expect(await visitor.page.getByRole('region', { name: 'Configuration for Cursor' }).innerText()).toContain(`Bearer ${secret}`)
    await expect(town.app.rooms.authorization.identify(secret)).resolves.toMatchObject({ user: town.bob.user })
    await visitor.page.getByRole('button', { name: 'I have kept it' }).click()
    await visitor.opens('/tokens')
    expect(await visitor.page.content()).not.toContain(secret)
  })

  it('is a place where the operator suspends a connector with a reason that users then read', async () => {
    await publishes('lock', 'The Lock')
    await town.enables(town.alice, 'lock')
    await using olga = await comesIn('olga')
    await olga.opens('/publish/lock')

    await olga.page.getByRole('button', { name: 'Suspend' }).click()
    await olga.page.getByLabel('Reason').fill('It answers with other people’s bookings.')
    await olga.page.getByRole('alertdialog').getByRole('button', { name: 'Suspend' }).click()

    await olga.page.getByRole('button', { name: 'Reinstate' }).waitFor()
    await using alice = await comesIn()
    await alice.opens('/connectors/lock')
    expect(await alice.reads()).toContain('It answers with other people’s bookings.')
  })

  it('forgets what it showed when somebody signs out', async () => {
    await using visitor = await comesIn()
    await visitor.opens('/settings')

    await visitor.page.getByRole('button', { name: 'Sign out', exact: true }).first().click()

    await visitor.page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
    await visitor.page.goBack()
    await visitor.page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
    expect(await visitor.page.content()).not.toContain('alice@example.org')
  })

  it('says that the server does not answer, and goes on by itself when it does again', async () => {
    await using visitor = await comesIn()
    await visitor.opens('/approvals')

    await visitor.page.route('**/api/**', (route) => route.abort())

    await visitor.page.getByText('Handfast does not answer.').waitFor({ timeout: 20_000 })
    await visitor.page.unroute('**/api/**')
    await visitor.page.getByText('Handfast does not answer.').waitFor({ state: 'detached', timeout: 20_000 })
  })

  it('is not shown inside a page of another site', async () => {
    const page = `<!doctype html><title>elsewhere</title><iframe src="${town.url}/sign-in"></iframe>`
    const elsewhere = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(page))
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
    const context = await browser.newContext()
    const tab = await context.newPage()
    const refused = tab.waitForEvent('console', (message) => message.text().includes('frame-ancestors'))

    await tab.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`)

    await refused
    expect(await tab.frames()[1]?.locator('h1').count()).toBe(0)
    await context.close()
    await new Promise((resolve) => elsewhere.close(resolve))
  })

  const forAlice = ['/', '/directory', '/connectors/yard', '/approvals', '/calls', '/tokens', '/settings', '/nothing-here']
  const forOlga = ['/people', '/publish', '/publish/yard', '/publish/yard/1']
  it.each([
    { name: 'a desk', size: { width: 1280, height: 800 } },
    { name: 'a narrow phone', size: { width: 360, height: 740 } },
  ])(
    'can be used on $name, and shows what others wrote as text on every page',
    async ({ size }) => {
      await publishes('yard', `Yard ${XSS.slice(0, 28)}`)
      await town.enables(town.alice, 'yard')
      await town.alice.mcp.call('yard_find', { day: XSS })
      await town.alice.mcp.call('yard_book', { guest: XSS, seats: size.width })
      await using door = await arrive(size)
      const found: Record<string, unknown> = {}
      const looksAt = async (visitor: Visitor, path: string) => {
        await visitor.opens(path)
        const trouble = [...(await stumbles(visitor.page)), ...visitor.errors, ...visitor.strayed, ...visitor.dialogs]
        if (trouble.length > 0) found[path] = trouble
      }

      for (const path of ['/sign-in', '/welcome', '/invitation#token']) await looksAt(door, path)
      await using alice = await comesIn('alice', size)
      for (const path of forAlice) await looksAt(alice, path)
      await alice.opens('/approvals')
      await alice.page.getByRole('link', { name: 'Book a table' }).first().click()
      await alice.page.getByRole('timer').waitFor()
      await looksAt(alice, new URL(alice.page.url()).pathname)
      await alice.opens('/calls')
      await alice.page.getByRole('link', { name: 'find' }).first().click()
      await alice.page.getByRole('tab', { name: 'Overview' }).waitFor()
      await looksAt(alice, new URL(alice.page.url()).pathname)
      await using olga = await comesIn('olga', size)
      for (const path of forOlga) await looksAt(olga, path)

      expect(found).toEqual({})
    },
    60_000,
  )

  it('can be walked with the keyboard alone', async () => {
    await using visitor = await arrive()
    await visitor.opens('/sign-in')
    await visitor.page.getByLabel('E-mail').focus()
    await visitor.page.keyboard.type('alice@example.org')
    await visitor.page.keyboard.press('Tab')
    await visitor.page.keyboard.type('correct horse battery')
    await visitor.page.keyboard.press('Enter')
    await visitor.page.getByRole('navigation', { name: 'Console' }).waitFor()
    await visitor.opens('/tokens')

    await visitor.page.keyboard.press('Tab')
    expect(await visitor.page.evaluate('document.activeElement.textContent')).toBe('Skip to the page')
    await visitor.page.keyboard.press('Enter')
    await visitor.page.keyboard.press('Tab')
    await visitor.page.keyboard.press('Enter')

    await visitor.page.getByRole('alertdialog').waitFor()
    await visitor.page.keyboard.press('Escape')
    await visitor.page.getByRole('alertdialog').waitFor({ state: 'detached' })
    expect(await visitor.page.evaluate('document.activeElement.textContent')).toBe('Make a token')
  })
})
