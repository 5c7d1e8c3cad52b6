import type { Page } from 'playwright-core'

// The function below runs in the browser. These are the parts of it that are looked at: the whole of its types would also make the server's
// code believe that it runs in one.
type Element = {
  readonly tagName: string
  readonly outerHTML: string
  readonly textContent: string | null
  readonly id: string
  readonly labels?: { readonly length: number } | null
  getAttribute(name: string): string | null
  hasAttribute(name: string): boolean
  getClientRects(): { readonly length: number }
}
declare const document: {
  readonly title: string
  readonly documentElement: { readonly lang: string; readonly scrollWidth: number }
  getElementById(id: string): Element | null
  querySelectorAll(selector: string): Iterable<Element>
}
declare const innerWidth: number

/**
 * What a person with a screen reader or a keyboard would stumble over on the page that stands. Empty: nothing of what is looked for.
 * Looked for: language, title, one main part, one first heading, no skipped heading level, names of controls, labels of fields, texts of
 * images, ids that stand twice, and content wider than the window.
 */
export async function stumbles(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    const shown = (element: Element) => element.getClientRects().length > 0
    const all = (selector: string) => [...document.querySelectorAll(selector)].filter(shown)
    const where = (element: Element) => element.outerHTML.slice(0, 120)
    const named = (element: Element) =>
      (element.getAttribute('aria-label') ?? '').trim() !== '' ||
      (element.getAttribute('aria-labelledby') ?? '').split(/\s+/).some((id) => (document.getElementById(id)?.textContent ?? '').trim() !== '') ||
      (element.textContent ?? '').trim() !== ''
    if (document.documentElement.lang === '') found.push('the page does not say its language')
    if (document.title.trim() === '') found.push('the page has no title')
    if (all('main').length !== 1) found.push(`${all('main').length} main parts`)
    if (all('h1').length !== 1) found.push(`${all('h1').length} first headings`)
    let level = 1
    for (const heading of all('main h1, main h2, main h3, main h4')) {
      const next = Number(heading.tagName.slice(1))
      if (next > level + 1) found.push(`heading level skipped: ${where(heading)}`)
      level = next
    }
    for (const control of all('button, a, [role=tab], summary')) if (!named(control)) found.push(`no name: ${where(control)}`)
    for (const field of document.querySelectorAll('input:not([type=hidden]), select, textarea'))
      if ((field.labels?.length ?? 0) === 0 && !field.hasAttribute('aria-label') && !field.hasAttribute('aria-labelledby'))
        found.push(`no label: ${where(field)}`)
    for (const image of all('img')) if (!image.hasAttribute('alt')) found.push(`no text: ${where(image)}`)
    const ids = [...document.querySelectorAll('[id]')].map((element) => element.id)
    for (const id of new Set(ids.filter((each, at) => ids.indexOf(each) !== at))) found.push(`id stands twice: ${id}`)
    if (document.documentElement.scrollWidth > innerWidth + 1) found.push(`wider than the window: ${document.documentElement.scrollWidth}`)
    return found
  })
}
