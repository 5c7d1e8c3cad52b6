import type { Browser, BrowserContext, Page } from 'playwright-core'

export const PASSWORD = 'correct horse battery'

/** Somebody in front of a browser. Everything that a page must never do is noted down on the way. */
export class Visitor implements AsyncDisposable {
  readonly page: Page
  readonly #context: BrowserContext
  readonly #url: string
  /** Errors in the console of the browser, refusals of the content security policy among them. */
  readonly errors: string[] = []
  /** Requests that left the origin. */
  readonly strayed: string[] = []
  /** Dialogs that a script opened: none of ours does. */
  readonly dialogs: string[] = []

  private constructor(context: BrowserContext, page: Page, url: string) {
    this.#context = context
    this.page = page
    this.#url = url
  }

  /** @param known other origins that the story leads to */
  static async arrive(browser: Browser, url: string, size = { width: 1280, height: 800 }, known: readonly string[] = []): Promise<Visitor> {
    // Proxies of tests sign their own certificates.
    const ignoreHTTPSErrors = url.startsWith('https:')
    const context = await browser.newContext({ viewport: size, locale: 'en-GB', timezoneId: 'Europe/Dublin', ignoreHTTPSErrors })
    context.setDefaultTimeout(10_000)
    const page = await context.newPage()
    const visitor = new Visitor(context, page, url)
    page.on('pageerror', (error) => visitor.errors.push(error.message))
    page.on('console', (message) => {
      // A browser writes this for every 401; it is how the console learns that nobody is signed in.
      const asksWhoIsHere = message.location().url.endsWith('/api/v1/session') && message.text().includes('401')
      if (message.type() === 'error' && !asksWhoIsHere) visitor.errors.push(message.text())
    })
    page.on('request', (request) => {
      const expected = [url, ...known].some((origin) => request.url().startsWith(`${origin}/`))
      if (!expected && !request.url().startsWith('data:')) visitor.strayed.push(request.url())
    })
    page.on('dialog', (dialog) => {
      visitor.dialogs.push(dialog.message())
      void dialog.dismiss()
    })
    return visitor
  }

  /** Opens a page of the console and waits until it stands and has loaded what it shows. */
  async opens(path: string): Promise<void> {
    await this.page.goto(this.#url + path)
    await this.stands()
  }

  async stands(): Promise<void> {
    await this.page.getByRole('heading', { level: 1 }).waitFor()
    await this.page.locator('.loading').first().waitFor({ state: 'detached' })
  }

  /** Comes with a session that was begun elsewhere, as a browser that signed in yesterday does. */
  async brings(secret: string): Promise<void> {
    await this.#context.addCookies([{ name: 'handfast', value: secret, url: this.#url, httpOnly: true, sameSite: 'Lax' }])
  }

  /** Types what the sign-in page asks for. */
  async signsIn(email: string): Promise<void> {
    if (!this.page.url().includes('/sign-in')) await this.opens('/sign-in')
    await this.page.getByLabel('E-mail').fill(email)
    await this.page.getByLabel('Password').fill(PASSWORD)
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await this.page.getByRole('link', { name: 'Handfast, home' }).waitFor()
  }

  /** The text of the page, as somebody reads it. */
  async reads(): Promise<string> {
    return this.page.locator('main').innerText()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close()
  }
}
