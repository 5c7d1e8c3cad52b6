import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BrowsedTown, XSS } from './browsed-town.ts'
import { stumbles } from './stumbles.ts'
import type { Visitor } from './visitor.ts'

describe('every page of the console', () => {
  let here: BrowsedTown

  beforeAll(async () => {
    here = await BrowsedTown.open()
  }, 120_000)

  afterAll(async () => {
    await here?.[Symbol.asyncDispose]()
  })

  it('is not shown inside a page of another site', async () => {
    const page = `<!doctype html><title>elsewhere</title><iframe src="${here.town.url}/sign-in"></iframe>`
    const elsewhere = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(page))
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
    const context = await here.browser.newContext()
    const tab = await context.newPage()
    const refused = tab.waitForEvent('console', (message) => message.text().includes('frame-ancestors'))

    await tab.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`)

    await refused
    expect(await tab.frames()[1]?.locator('h1').count()).toBe(0)
    await context.close()
    await new Promise((resolve) => elsewhere.close(resolve))
  })

  const forAlice = ['/', '/directory', '/connectors/yard', '/approvals', '/calls', '/assistants', '/device', '/tokens', '/settings', '/nothing-here']
  const forOlga = ['/people', '/known-assistants', '/publish', '/publish/yard', '/publish/yard/1']
  it.each([
    { name: 'a desk', size: { width: 1280, height: 800 } },
    { name: 'a narrow phone', size: { width: 360, height: 740 } },
  ])(
    'can be used on $name, and shows what others wrote as text on every page',
    async ({ size }) => {
      await here.publishes('yard', `Yard ${XSS.slice(0, 28)}`)
      await here.town.enables(here.town.alice, 'yard')
      await here.town.alice.mcp.call('yard_find', { day: XSS })
      await here.town.alice.mcp.call('yard_book', { guest: XSS, seats: size.width })
      await using door = await here.arrive(size)
      const found: Record<string, unknown> = {}
      const looksAt = async (visitor: Visitor, path: string) => {
        await visitor.opens(path)
        const trouble = [...(await stumbles(visitor.page)), ...visitor.errors, ...visitor.strayed, ...visitor.dialogs]
        if (trouble.length > 0) found[path] = trouble
      }

      for (const path of ['/sign-in', '/authorize-problem?error=request_over', '/welcome', '/invitation#token']) await looksAt(door, path)
      await using alice = await here.comesIn('alice', size)
      for (const path of forAlice) await looksAt(alice, path)
      await alice.opens('/approvals')
      await alice.page.getByRole('link', { name: 'Book a table' }).first().click()
      await alice.page.getByRole('timer').waitFor()
      await looksAt(alice, new URL(alice.page.url()).pathname)
      await alice.opens('/calls')
      await alice.page.getByRole('link', { name: 'find' }).first().click()
      await alice.page.getByRole('tab', { name: 'Overview' }).waitFor()
      await looksAt(alice, new URL(alice.page.url()).pathname)
      await using olga = await here.comesIn('olga', size)
      for (const path of forOlga) await looksAt(olga, path)

      expect(found).toEqual({})
    },
    60_000,
  )

  it('can be walked with the keyboard alone', async () => {
    await using visitor = await here.arrive()
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
    // The focus goes back in a later frame than the one in which the dialog leaves.
    await visitor.page.waitForFunction('document.activeElement !== document.body')
    expect(await visitor.page.evaluate('document.activeElement.textContent')).toBe('Make a token')
  })
})
