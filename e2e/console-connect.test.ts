import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { modernConnector, result } from '../server/test/scripted-connector.ts'
import { BrowsedTown } from './browsed-town.ts'
import { stumbles } from './stumbles.ts'
import type { Visitor } from './visitor.ts'

const DESK = { width: 1280, height: 900 }
const PHONE = { width: 390, height: 844 }
const tool = (name: string, annotations: object, properties: object = {}) => ({
  name,
  title: `${name[0]?.toUpperCase()}${name.slice(1)} a table`,
  description: `What ${name} does.`,
  inputSchema: { type: 'object', properties, additionalProperties: false },
  annotations,
})
const notices = {
  privacyNotice: 'The Pier receives the day of your visit and keeps it for a month.',
  privacyNotices: { de: { text: 'Die Pier erhält den Tag Ihres Besuchs und behält ihn einen Monat.' } },
}

describe('agreeing to a connector in the console', () => {
  let here: BrowsedTown
  let tools: object[] = []
  let pier: Awaited<ReturnType<typeof modernConnector>>

  beforeAll(async () => {
    here = await BrowsedTown.open()
    pier = await modernConnector((incoming, response) =>
      result(response, incoming.id, { resultType: 'complete', tools: tools as never, ttlMs: 0, cacheScope: 'private' }),
    )
  }, 120_000)

  afterAll(async () => {
    await pier?.[Symbol.asyncDispose]()
    await here?.[Symbol.asyncDispose]()
  })

  /** For whoever wants to look with their own eyes. */
  async function shot({ page }: Visitor, name: string): Promise<void> {
    const folder = process.env['HANDFAST_SHOTS']
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
  }

  it.each([
    { name: 'desk', size: DESK },
    { name: 'phone', size: PHONE },
  ])(
    'shows everything before the button is live, then only what is new, and gives a receipt ($name)',
    async ({ name, size }) => {
      const slug = `pier-${name}`
      tools = [tool('find', { readOnlyHint: true }, { day: { type: 'string' } }), tool('book', { destructiveHint: false })]
      await here.town.publishes(slug, pier.url, { name: 'The Pier', ageRating: '16+', ...notices })
      await using alice = await here.comesIn('alice', size)
      const { page } = alice
      await alice.opens(`/connectors/${slug}`)
      const text = await alice.reads()
      for (const said of ["not by the API's owner", 'What it can read', 'what you say', notices.privacyNotice, 'For people of 16', 'in force since'])
        expect(text).toContain(said)
      await shot(alice, `${name}-1-before`)

      await page.getByLabel('Language').selectOption('de')
      await page.getByText(notices.privacyNotices.de.text).waitFor()
      await page.getByText('I have read what it can do').click()
      await page.getByRole('button', { name: 'Enable' }).click()
      await page.getByText('Your assistants can use it.').waitFor()
      await shot(alice, `${name}-2-enabled`)

      tools = [...tools.slice(0, 1), tool('book', { destructiveHint: true }), tool('wait', { readOnlyHint: true })]
      await here.town.publishes(slug, pier.url, { name: 'The Pier', ageRating: '16+', ...notices })
      await alice.opens(`/connectors/${slug}`)
      const news = page.getByRole('heading', { name: 'What is new' })
      await news.waitFor()
      expect(await page.locator('.new-tool').allInnerTexts()).toEqual([
        expect.stringContaining('Before, it could not destroy'),
        expect.stringContaining('A new tool.'),
      ])
      await shot(alice, `${name}-3-new`)
      await page.getByText('I have read what is new.').click()
      await page.getByRole('button', { name: 'Agree to what is new' }).click()
      await news.waitFor({ state: 'detached' })

      await here.town.app.sequencer.advance()
      await page
        .getByRole('link', { name: /Agreed on/ })
        .first()
        .click()
      await alice.stands()
      expect(await alice.reads()).toContain('Alice')
      expect(await alice.reads()).toContain('the saved file has the proof')
      await shot(alice, `${name}-4-receipt`)
      const saved = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Save as JSON' }).click()
      expect((await saved).suggestedFilename()).toMatch(/^receipt-pier-.*\.json$/)
      expect([...(await stumbles(page)), ...alice.errors, ...alice.strayed]).toEqual([])
    },
    60_000,
  )

  it('can be done with the keyboard alone', async () => {
    tools = [tool('find', { readOnlyHint: true })]
    await here.town.publishes('pier-keys', pier.url, { name: 'The Pier' })
    await using alice = await here.comesIn()
    await alice.opens('/connectors/pier-keys')
    const focused = () => alice.page.evaluate('document.activeElement.closest("label, button")?.textContent ?? ""')

    for (let press = 0; press < 60 && !String(await focused()).includes('I have read'); press++) await alice.page.keyboard.press('Tab')
    await alice.page.keyboard.press('Space')
    for (let press = 0; press < 5 && (await focused()) !== 'Enable'; press++) await alice.page.keyboard.press('Tab')
    await alice.page.keyboard.press('Enter')

    await alice.page.getByText('Your assistants can use it.').waitFor()
  })

  it.each([
    { name: 'desk', size: DESK },
    { name: 'phone', size: PHONE },
  ])(
    'begins with handing one in: organisation, terms, what it is ($name)',
    async ({ name, size }) => {
      const slug = `shed-${name}`
      tools = [tool('find', { readOnlyHint: true })]
      await using olga = await here.comesIn('olga', size)
      const { page } = olga
      await olga.opens('/publish')
      await page.getByRole('link', { name: 'Hand in a connector' }).click()
      await page.getByText('The terms in force were accepted').waitFor()
      await page.getByLabel('Address of the MCP endpoint').fill(pier.url)
      await page.getByLabel('Name that users see').fill(`Shed ${name}`)
      expect(await page.getByLabel('Short name').inputValue()).toBe(slug)
      await page.getByLabel('What it is good for').fill('Finds a shed.')
      await page.getByLabel('Privacy notice', { exact: true }).fill('We receive the day, for finding a shed, and keep nothing of it.')
      await shot(olga, `${name}-5-hand-in`)
      await page.getByRole('button', { name: 'Hand it in' }).click()
      await page.getByText('waits for review.').waitFor()
      await shot(olga, `${name}-6-handed-in`)
      await page.getByRole('link', { name: 'Look at it' }).click()
      await page.getByRole('heading', { level: 1, name: new RegExp(`Shed ${name}|Release`) }).waitFor()
      await olga.opens('/terms')
      await shot(olga, `${name}-7-terms`)
      expect([...(await stumbles(page)), ...olga.errors, ...olga.strayed]).toEqual([])
    },
    60_000,
  )

  it('says what cannot be handed in, and where', async () => {
    await using olga = await here.comesIn('olga')
    const { page } = olga
    await olga.opens('/publish/new')
    await page.getByLabel('Address of the MCP endpoint').fill('http://127.0.0.1:9/mcp')
    await page.getByLabel('Name that users see').fill('Nowhere')
    await page.getByLabel('What it is good for').fill('Nothing.')
    await page.getByLabel('Privacy notice', { exact: true }).fill('Nobody receives anything here at all, ever.')
    await page.getByRole('button', { name: 'Hand it in' }).click()

    await page.getByRole('alert').waitFor()
    expect(await page.getByRole('alert').innerText()).not.toContain('Something failed in this page')
    await shot(olga, 'desk-8-problem')
  })

  it('lets an operator say how old somebody is, and give a key for everybody', async () => {
    tools = [tool('find', { readOnlyHint: true })]
    await here.town.publishes('keyed', pier.url, { name: 'Keyed', credential: { type: 'bearer' }, ageRating: '18+' })
    await using olga = await here.comesIn('olga')
    const { page } = olga
    await olga.opens('/people')
    await page.getByRole('button', { name: 'Age of Bob' }).click()
    await page.getByLabel('Age', { exact: true }).selectOption('16-17')
    await shot(olga, 'desk-9-age')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await olga.opens('/publish/keyed')
    await page.getByLabel('Key for everybody').fill('not-a-real-key-for-anything')
    await page.getByRole('button', { name: 'Save the shared key' }).click()
    await page.getByText('What was there before is destroyed.').waitFor()
    expect(await page.getByLabel('Key for everybody').inputValue()).toBe('')

    await using bob = await here.comesIn('bob')
    await bob.opens('/connectors/keyed')
    expect(await bob.reads()).toContain('You are younger than that')
    await bob.page.getByText('I have read what it can do').click()
    expect(await bob.page.getByRole('button', { name: 'Enable' }).isDisabled()).toBe(true)
    await shot(bob, 'desk-10-too-young')
  })
})
