import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BrowsedTown, XSS } from './browsed-town.ts'
import { stumbles } from './stumbles.ts'

describe('the review in the console', () => {
  let here: BrowsedTown

  beforeAll(async () => {
    here = await BrowsedTown.open()
  }, 120_000)

  afterAll(async () => {
    await here?.[Symbol.asyncDispose]()
  })

  it('goes from the queue to a no with its reasons, to an appeal, and to a yes that every page calls a self-review', async () => {
    await here.town.handsIn('ferry', here.desk.url, { name: 'The Ferry', description: `Crosses the river. ${XSS}` })
    await using olga = await here.comesIn('olga')
    const { page } = olga
    await olga.opens('/publish')
    const trouble = [...(await stumbles(page))]
    await page.getByRole('heading', { name: 'Waiting for a decision' }).waitFor()
    const places = await olga.reads()

    await page.getByRole('link', { name: /ferry, release 1/i }).click()
    await page.getByRole('button', { name: 'Take it in hand' }).click()
    await page.getByRole('button', { name: 'Give it back' }).waitFor()
    await page.getByLabel('Reason').fill('Say what a crossing costs.')
    await page.getByRole('button', { name: 'Send back for changes' }).click()
    await page.getByText('It was sent back for changes.').waitFor()
    trouble.push(...(await stumbles(page)))

    await olga.opens('/publish/ferry')
    await page.getByRole('button', { name: 'Appeal' }).click()
    await page.getByRole('alertdialog').getByLabel('Reason').fill('It costs nothing.')
    await page.getByRole('alertdialog').getByRole('button', { name: 'Appeal' }).click()
    await page.getByRole('alertdialog').waitFor({ state: 'detached' })
    await olga.opens('/publish')
    await page.getByRole('button', { name: 'Grant' }).click()
    await page.getByRole('alertdialog').getByLabel('Reason').fill('So it is.')
    await page.getByRole('alertdialog').getByRole('button', { name: 'Grant' }).click()

    await page.getByRole('link', { name: /ferry, release 1/i }).click()
    await page.getByRole('button', { name: 'Approve' }).click()
    await page.getByText('It was approved.').waitFor()
    await using alice = await here.comesIn()
    await alice.opens('/connectors/ferry')

    expect(places).toContain('the API belongs to somebody else (10)')
    expect(await alice.reads()).toContain('reviewed by whoever stands behind it')
    expect([...trouble, ...olga.errors, ...olga.dialogs, ...olga.strayed]).toEqual([])
  }, 120_000)
})
