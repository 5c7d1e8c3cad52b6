import { TOTP } from 'otpauth'
import type { CDPSession } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureConsole } from '../scripts/build-console.ts'
import { databases } from '../server/test/databases.ts'
import { openProvider } from '../server/test/oauth-provider.ts'
import { Town } from '../server/test/town.ts'
import { launchBrowser } from './browser.ts'
import { PASSWORD, Visitor } from './visitor.ts'

const [database] = databases
if (database === undefined) throw new Error('there is no database')

/** Passkeys need a host name: the town under the one that it has on this machine. */
async function openTown(settings: Readonly<Record<string, unknown>> = {}) {
  const town = await Town.open(database as (typeof databases)[number], { settings })
  return Object.assign(town, { home: town.url.replace('127.0.0.1', 'localhost') })
}

/** A phone that checks fingers: the browser's own virtual authenticator (WebAuthn section 11). */
async function withAuthenticator(visitor: Visitor): Promise<CDPSession & { id: string }> {
  const cdp = await visitor.page.context().newCDPSession(visitor.page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return Object.assign(cdp, { id: authenticatorId })
}

describe('sign-in and security in the console', () => {
  let browser: Awaited<ReturnType<typeof launchBrowser>>
  beforeAll(async () => {
    await ensureConsole()
    browser = await launchBrowser()
  }, 120_000)
  afterAll(() => browser?.close())

  it('makes a passkey, gives recovery codes once, and signs in with it without name and password', async () => {
    await using town = await openTown()
    await using alice = await Visitor.arrive(browser, town.home)
    const phone = await withAuthenticator(alice)
    const { page } = alice
    await alice.signsIn('alice@example.org')
    await alice.opens('/security')

    await page.getByRole('button', { name: 'Add a passkey…' }).click()
    await page.getByLabel('What to call it').fill('Test phone')
    await page.getByRole('button', { name: 'Make the passkey' }).click()
    const codes = (await page.getByRole('region', { name: 'Recovery codes' }).innerText()).trim().split('\n')
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download' }).click()])
    expect(download.suggestedFilename()).toBe('handfast-recovery-codes.txt')
    await page.getByRole('button', { name: 'I have kept them' }).click()
    await page.getByText('Test phone').waitFor()
    expect(codes).toHaveLength(10)
    expect((await phone.send('WebAuthn.getCredentials', { authenticatorId: phone.id })).credentials).toMatchObject([
      { isResidentCredential: true, rpId: 'localhost' },
    ])

    await page.getByRole('button', { name: 'Sign out', exact: true }).first().click()
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()

    await page.getByRole('heading', { level: 1, name: 'Good to see you, Alice' }).waitFor()
    await alice.opens('/security')
    await page
      .getByText(/last used/)
      .first()
      .waitFor()
    await page.getByText(/^With a passkey, since/).waitFor()
    expect([alice.errors, alice.strayed, alice.dialogs]).toEqual([[], [], []])
  })

  it('says in words that the browser has no passkey, and lets the password in all the same', async () => {
    await using town = await openTown()
    await using alice = await Visitor.arrive(browser, town.home)
    await withAuthenticator(alice)
    await alice.opens('/sign-in')

    await alice.page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await alice.page.getByText('The browser found no passkey for this site').waitFor()

    await alice.signsIn('alice@example.org')
  })

  it('adds an authenticator app with a picture and a code, and asks for its codes from then on', async () => {
    await using town = await openTown()
    await using bob = await Visitor.arrive(browser, town.home, { width: 390, height: 844 })
    const { page } = bob
    await bob.signsIn('bob@example.org')
    await bob.opens('/security')
    await page.getByRole('button', { name: 'Add an authenticator app…' }).click()
    await page.getByRole('img', { name: /QR code/ }).waitFor()
    await page.getByText('Cannot scan it?').click()
    const secret = (await page.getByRole('region', { name: 'Secret for the app' }).innerText()).trim()
    const code = () => new TOTP({ secret }).generate({ timestamp: town.clock.now() })

    await page.getByLabel('Code of the app').fill(code())
    await page.getByRole('button', { name: 'Add the app' }).click()
    await page.getByRole('button', { name: 'I have kept them' }).click()
    await page.getByText('On', { exact: true }).waitFor()

    town.clock.advance(30_000)
    await using again = await Visitor.arrive(browser, town.home)
    await again.opens('/sign-in')
    await again.page.getByLabel('E-mail').fill('bob@example.org')
    await again.page.getByLabel('Password').fill(PASSWORD)
    await again.page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await again.page.getByLabel('Code').fill(code())
    await again.page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await again.page.getByRole('heading', { level: 1, name: 'Good to see you, Bob' }).waitFor()
  })

  it('asks for a fresh proof before danger, in the middle of what the person does, and goes on', async () => {
    await using town = await openTown()
    await using alice = await Visitor.arrive(browser, town.home)
    const { page } = alice
    await alice.signsIn('alice@example.org')
    await alice.opens('/security')
    town.clock.advance(11 * 60_000)

    await page.getByLabel('New e-mail address').fill('alice@new.example')
    await page.getByRole('button', { name: 'Change the address' }).click()
    await page.getByRole('heading', { name: 'Is it you?' }).waitFor()
    await page.getByLabel('Your password').fill('wrong horse battery')
    await page.getByRole('button', { name: 'Confirm with password' }).click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Your password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Confirm with password' }).click()

    await page.getByText('Saved.').waitFor()
    expect((await town.app.rooms.people.account(town.alice.user)).email).toBe('alice@new.example')
  })

  it('lets whoever has to have a second factor do nothing else before it is there', async () => {
    await using town = await openTown({ secondFactorRoles: ['operator'] })
    await using olga = await Visitor.arrive(browser, town.home)
    await withAuthenticator(olga)
    const { page } = olga
    await olga.opens('/sign-in?next=%2Fpeople')
    await page.getByLabel('E-mail').fill('olga@example.org')
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()

    await page.getByRole('heading', { level: 1, name: 'One more step' }).waitFor()
    await olga.opens('/calls')
    await page.getByRole('heading', { level: 1, name: 'One more step' }).waitFor()
    await page.getByRole('button', { name: 'A passkey' }).click()
    await page.getByRole('button', { name: 'Make the passkey' }).click()
    await page.getByRole('button', { name: 'I have kept them' }).click()

    await page.getByRole('heading', { level: 1, name: 'Calls' }).waitFor()
  })

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', '/.//evil.example', 'javascript:alert(1)'])(
    'stays here after signing in, whatever the address says: %s',
    async (next) => {
      await using town = await openTown()
      await using alice = await Visitor.arrive(browser, town.home)
      await alice.opens(`/sign-in?next=${encodeURIComponent(next)}`)

      await alice.signsIn('alice@example.org')

      expect(new URL(alice.page.url()).origin).toBe(town.home)
      expect([alice.strayed, alice.dialogs]).toEqual([[], []])
    },
  )

  it('goes on to the page that the address names, after signing in', async () => {
    await using town = await openTown()
    await using alice = await Visitor.arrive(browser, town.home)
    await alice.opens('/sign-in?next=%2Fcalls')

    await alice.page.getByLabel('E-mail').fill('alice@example.org')
    await alice.page.getByLabel('Password').fill(PASSWORD)
    await alice.page.getByRole('button', { name: 'Sign in', exact: true }).click()

    await alice.page.getByRole('heading', { level: 1, name: 'Calls' }).waitFor()
  })

  it('signs in through a real OpenID provider, and takes its answer out of the address', async () => {
    const port = 4_400 + Math.floor(Math.random() * 20_000)
    const home = `http://localhost:${port}`
    await using heron = await openProvider({
      clients: [
        {
          client_id: 'handfast',
          client_secret: 'a secret of the test',
          id_token_signed_response_alg: 'ES256',
          redirect_uris: [`${home}/sign-in/back/heron`],
          post_logout_redirect_uris: [`${home}/sign-in`],
        },
      ],
    })
    process.env['HERON_SECRET'] = 'a secret of the test'
    const provider = { id: 'heron', name: 'Heron', issuer: heron.issuer, clientId: 'handfast', clientSecretVariable: 'HERON_SECRET', create: true }
    await using _town = await Town.open(database as (typeof databases)[number], { settings: { port, publicUrl: home, signInProviders: [provider] } })
    await using carol = await Visitor.arrive(browser, home)
    heron.account = 'carol@example.org'
    const { page } = carol
    await carol.opens('/sign-in?next=%2Fsecurity')

    await page.getByRole('button', { name: 'Continue with Heron' }).click()

    await page.getByRole('heading', { level: 1, name: 'Sign-in and security' }).waitFor()
    await page.getByText('Heron: carol@example.org').waitFor()
    expect(page.url()).toBe(`${home}/security`)
    expect(carol.errors).toEqual([])
  })
})
