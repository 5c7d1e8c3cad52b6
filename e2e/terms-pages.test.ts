import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { proves } from '../server/test/proves.ts'
import { BrowsedTown } from './browsed-town.ts'
import { stumbles } from './stumbles.ts'

proves('terms/pages')

const sizes = [
  { name: 'desk', size: { width: 1280, height: 900 } },
  { name: 'phone', size: { width: 390, height: 844 } },
]
const looks = [
  { look: 'light', media: { media: 'screen', colorScheme: 'light' } },
  { look: 'dark', media: { media: 'screen', colorScheme: 'dark' } },
  { look: 'print', media: { media: 'print', colorScheme: 'dark' } },
] as const

declare const document: { readonly body: object; readonly documentElement: { readonly scrollWidth: number } }
declare const getComputedStyle: (element: object) => { readonly backgroundColor: string; readonly color: string }

describe('the public pages of the terms in a browser', () => {
  let here: BrowsedTown
  let paths: readonly string[] = []

  beforeAll(async () => {
    here = await BrowsedTown.open()
    const { workspace, rooms } = here.town.app
    const { terms } = rooms
    const old = (await terms.bundle(workspace)).find(({ document: name }) => name === 'usage-policies')
    if (old === undefined) throw new Error('there are no usage policies')
    const { title, language } = old
    const body = `${old.body.replace('people', 'persons')}\n## Something new\n\nTools greet people.\n`
    const words = { workspace, document: 'usage-policies', title, language, body, by: here.town.olga.user }
    const id = await terms.changes.draft({ ...words, class: 'material', justification: 'A new duty for developers.' })
    const { text } = await terms.changes.get(workspace, id)
    const { label } = await terms.changes.post(workspace, id, here.town.olga.user, { sha256: text.sha256 })
    const edition = `/terms/usage-policies/${label}`
    paths = ['/terms', '/terms/usage-policies', edition, `${edition}/diff/${old.label}`, '/terms/changes', `/terms/terms/${old.label}`]
  }, 120_000)

  afterAll(() => here?.[Symbol.asyncDispose]())

  it.each(sizes.flatMap((size) => looks.map((look) => ({ ...size, ...look }))))(
    'can be read by somebody without an account ($name, $look)',
    async ({ name, size, look, media }) => {
      await using visitor = await here.arrive(size)
      const { page } = visitor
      await page.emulateMedia(media)
      const shots = process.env['HANDFAST_SHOTS']

      for (const [at, path] of paths.entries()) {
        await visitor.opens(path)
        if (shots !== undefined) await page.screenshot({ path: `${shots}/terms-${at}-${name}-${look}.png`, fullPage: true })
        expect(await stumbles(page), path).toEqual([])
        const { paper, ink } = await page.evaluate(() => {
          const { backgroundColor, color } = getComputedStyle(document.body)
          return { paper: backgroundColor, ink: color }
        })
        expect([paper, ink], path).toEqual(look === 'dark' ? ['rgb(22, 22, 22)', 'rgb(236, 236, 236)'] : ['rgb(255, 255, 255)', expect.any(String)])
      }
      expect([...visitor.errors, ...visitor.strayed, ...visitor.dialogs]).toEqual([])
    },
    120_000,
  )
})
