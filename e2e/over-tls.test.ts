import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureConsole } from '../scripts/build-console.ts'
import { databases } from '../server/test/databases.ts'
import { Town } from '../server/test/town.ts'
import { launchBrowser } from './browser.ts'
import { tlsProxies } from './tls-proxy.ts'
import { PASSWORD } from './visitor.ts'

let browser: Browser
beforeAll(async () => {
  await ensureConsole()
  browser = await launchBrowser()
})
afterAll(() => browser.close())

const [database] = databases
if (database === undefined) throw new Error('there is no database')

describe.each(tlsProxies)('Handfast behind $name', (proxy) => {
  it('signs people in over TLS with a cookie that no other origin can set or read', async () => {
    await using front = await proxy.open()
    const settings = { publicUrl: front.url, port: front.upstreamPort, trustedProxies: ['127.0.0.1'] }
    await using _town = await Town.open(database, { settings })
    await using context = await browser.newContext({ ignoreHTTPSErrors: true })
    const page = await context.newPage()

    await page.goto(`${front.url}/sign-in`)
    await page.getByLabel('E-mail').fill('alice@example.org')
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('link', { name: 'Handfast, home' }).waitFor()
    const cookies = await context.cookies()

    expect(cookies.map(({ name, secure, httpOnly, path, sameSite }) => ({ name, secure, httpOnly, path, sameSite }))).toEqual([
      { name: '__Host-handfast', secure: true, httpOnly: true, path: '/', sameSite: 'Lax' },
    ])
  })
})
