import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildApp } from '../server/src/app.ts'
import { decideSettings } from '../server/src/config/index.ts'
import { createLog } from '../server/src/telemetry/index.ts'
import { BrowsedTown } from './browsed-town.ts'
import { PASSWORD, Visitor } from './visitor.ts'

/** A Handfast that nobody has set up. */
async function emptyHouse() {
  const data = mkdtempSync(join(tmpdir(), 'handfast-empty-'))
  const settings = decideSettings({ flags: { data, port: 0, metricsPort: 0, logLevel: 'silent' }, environment: {}, file: undefined })
  const app = await buildApp(settings, { log: createLog('silent') })
  const { port } = await app.listen()
  return {
    url: `http://127.0.0.1:${port}`,
    welcome: app.welcome ?? '',
    async [Symbol.asyncDispose]() {
      await app.close()
      rmSync(data, { recursive: true, force: true })
    },
  }
}

describe('accounts in the console', () => {
  let here: BrowsedTown

  beforeAll(async () => {
    here = await BrowsedTown.open()
  }, 120_000)

  afterAll(async () => {
    await here?.[Symbol.asyncDispose]()
  })

  it('makes the first operator from the printed link, and takes its token out of the address at once', async () => {
    await using house = await emptyHouse()
    await using visitor = await Visitor.arrive(here.browser, house.url)
    await visitor.opens('/sign-in')
    expect(await visitor.reads()).toContain('Not set up yet')

    await visitor.opens(`/welcome#${house.welcome}`)
    expect(visitor.page.url()).toBe(`${house.url}/welcome`)
    await visitor.page.getByLabel('Your name').fill('Olga')
    await visitor.page.getByLabel('E-mail').fill('olga@example.org')
    await visitor.page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await visitor.page.getByLabel('Password again').fill(PASSWORD)
    await visitor.page.getByRole('button', { name: 'Set up' }).click()

    await visitor.page.getByRole('heading', { level: 1, name: 'Good to see you, Olga' }).waitFor()
    await visitor.page.getByText('Three steps to the first call').waitFor()
    expect([visitor.errors, visitor.strayed]).toEqual([[], []])
  })

  it('lets an operator invite somebody with a link that is shown once and works', async () => {
    await using olga = await here.comesIn('olga')
    await olga.opens('/people')
    await olga.page.getByRole('button', { name: 'Invite somebody' }).click()
    await olga.page.getByLabel('Name', { exact: true }).fill('Carol')
    await olga.page.getByLabel('E-mail').fill('carol@example.org')

    await olga.page.getByRole('button', { name: 'Make the link' }).click()

    const link = new URL((await olga.page.getByRole('region', { name: 'One-time link' }).innerText()).trim())
    await using carol = await here.arrive()
    await carol.opens(link.pathname + link.hash)
    await carol.page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await carol.page.getByLabel('Password again').fill(PASSWORD)
    await carol.page.getByRole('button', { name: 'Set password and sign in' }).click()
    await carol.page.getByRole('heading', { level: 1, name: 'Good to see you, Carol' }).waitFor()
  })

  it('says that two passwords differ before anything is sent', async () => {
    await using visitor = await here.arrive()
    await visitor.opens('/invitation#a-token')

    await visitor.page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await visitor.page.getByLabel('Password again').fill('another horse battery')

    await visitor.page.getByText('The two are not the same.').waitFor()
    expect(await visitor.page.getByRole('button', { name: 'Set password and sign in' }).isDisabled()).toBe(true)
  })

  it('gives people what is kept about them as a file, and erases it only with words written out', async () => {
    await using bob = await here.comesIn('bob')
    await bob.opens('/settings')

    const [download] = await Promise.all([bob.page.waitForEvent('download'), bob.page.getByRole('button', { name: 'Export my data' }).click()])
    expect(JSON.parse(await readFile(await download.path(), 'utf8'))).toMatchObject({ account: { email: 'bob@example.org' } })
    await bob.page.getByRole('button', { name: 'Erase my data…' }).click()
    const erase = bob.page.getByRole('button', { name: 'Erase for good' })
    const dialog = bob.page.getByRole('alertdialog')
    expect(await erase.isDisabled()).toBe(true)
    await dialog.getByLabel('Write').fill('erase my data')
    await erase.click()

    await bob.page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
    const source = { address: '203.0.113.7', agent: 'a test' }
    await expect(here.town.app.rooms.people.signIn({ email: 'bob@example.org', password: PASSWORD }, source)).rejects.toMatchObject({
      code: 'people/sign-in-failed',
    })
  })

  it('wears the colours that the person chose, in the next visit too', async () => {
    await using visitor = await here.comesIn()
    await visitor.opens('/settings')

    await visitor.page.getByText('Dark', { exact: true }).click()

    await visitor.opens('/calls')
    expect(await visitor.page.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe('dark')
  })
})
