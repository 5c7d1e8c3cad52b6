import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { proves } from '../../../test/proves.ts'
import { openPublishing } from '../../../test/publishing.ts'
import { compareTexts, PublicTerms } from '../index.ts'
import { renderMarkdown } from './markdown.ts'
import { Recent } from './recent.ts'

proves('terms/pages')

const paragraph = fc
  .array(fc.constantFrom('we', 'you', 'agree', '30', 'days', '**on**', '<b>', 'it.'), { minLength: 1, maxLength: 12 })
  .map((words) => words.join(' '))
const body = fc.array(paragraph, { maxLength: 8 }).map((paragraphs) => paragraphs.join('\n\n'))

describe('what differs between two texts', () => {
  it('gives the older one without what is new, and the newer one without what is gone', () => {
    fc.assert(
      fc.property(body, body, (older, newer) => {
        const difference = compareTexts(older, newer)
        const read = (without: string) =>
          difference
            .map(({ pieces }) =>
              pieces
                .filter(({ kind }) => kind !== without)
                .map(({ text }) => text.trim())
                .join(' ')
                .trim(),
            )
            .filter((text) => text !== '')
            .join('\n\n')

        expect(read('new')).toBe(older)
        expect(read('gone')).toBe(newer)
        if (older === newer) expect(difference.every(({ kind }) => kind === 'same')).toBe(true)
      }),
    )
  })

  it('shows a changed word as that word', () => {
    expect(compareTexts('We wait 15 days.', 'We wait 16 days.')).toEqual([
      {
        kind: 'changed',
        pieces: [
          { kind: 'same', text: 'We wait ' },
          { kind: 'gone', text: '15 ' },
          { kind: 'new', text: '16 ' },
          { kind: 'same', text: 'days.' },
        ],
      },
    ])
  })

  it('ends for texts in which nothing is shared, however long', () => {
    const long = (word: string) => Array.from({ length: 30_000 }, (_, at) => `${word}${at}`).join(' ')

    expect(compareTexts(long('a'), long('b'))).toHaveLength(1)
    const paragraphs = (word: string) =>
      Array.from({ length: 200 }, () => Array.from({ length: 1_500 }, (_, at) => `${word}${at}`).join(' ')).join('\n\n')
    expect(compareTexts(paragraphs('a'), paragraphs('b'))).toHaveLength(200)
  })
})

describe('what was made lately', () => {
  it('is made once, and the oldest goes where there is too much', async () => {
    const recent = new Recent(5)
    const made: string[] = []
    const get = (key: string) =>
      recent.get(key, () => {
        made.push(key)
        return 'xx'
      })

    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) expect(await get(key)).toBe('xx')

    expect(made).toEqual(['a', 'b', 'c', 'b'])
  })
})

describe('a document as a page', () => {
  it('never has markup that its text brought', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom('<script>', '"', "'", '**', '*', '`', '](', '[a](/b"onclick=x)', '[x](javascript:y)', '&', '<', '# ', '1. ', '\n', 'word '),
          { maxLength: 30 },
        ),
        (parts) => {
          const rest = renderMarkdown(parts.join('')).replaceAll(
            /<\/?(?:h[1-6]|p|ol|ul|li|strong|em|code)>|<ol start="\d+">|<a href="[^"<>]*">|<\/a>/g,
            '',
          )

          expect(rest).not.toMatch(/[<>"]/)
          expect(rest).not.toMatch(/href/)
        },
      ),
    )
  })

  it('has headings, lists, bold and links', () => {
    expect(renderMarkdown('# A\n\n**b** *c* `d` [e](https://f.example/)\n\n1. one\n   more\n2. two\n\n- x', 2)).toBe(
      '<h2>A</h2>\n<p><strong>b</strong> <em>c</em> <code>d</code> <a href="https://f.example/">e</a></p>\n<ol start="1">\n<li>one more</li>\n<li>two</li>\n</ol>\n<ul>\n<li>x</li>\n</ul>',
    )
  })
})

describe.each(databases)('the public pages on $name', (kind) => {
  async function townWithPages() {
    const town = await openPublishing(kind)
    const pages = new PublicTerms({ ...town, name: 'Fennick <Council>' })
    const at = async (path: string, language: string | null = null) => (await pages.at(path, language))?.body
    return { ...town, pages, at }
  }

  it('show the bundle, each document, each edition with its digest, and what differs between two', async () => {
    await using town = await townWithPages()
    await town.creates()
    const { terms, workspace, rita } = town
    const old = (await terms.bundle(workspace)).find(({ document }) => document === 'terms')
    if (old === undefined) throw new Error('there are no terms')
    const german = { language: 'de', title: 'Bedingungen', body: '# Bedingungen\n\nKurz.\n' }
    const draft = await terms.changes.draft({
      ...old,
      workspace,
      body: old.body.replace('15 days after that', '20 days after that'),
      translations: [german],
      class: 'other',
      justification: 'a <slip>',
      by: rita,
    })
    const { text } = await terms.changes.get(workspace, draft)
    const before = await town.at('/terms')
    const posted = await terms.changes.post(workspace, draft, rita, { sha256: text.sha256 })
    const path = `/terms/terms/${posted.label}`

    expect(before).toContain(old.label)
    expect(before).toContain('Fennick &lt;Council&gt;')
    expect(await town.at('/terms/terms')).toContain('replaced by a later edition')
    expect(await town.at(path)).toContain(text.sha256)
    expect(await town.at(path, 'de')).toMatch(/<html lang="de">[\s\S]*the words in en bind[\s\S]*<p>Kurz\.<\/p>/)
    expect(await town.at(`${path}/diff/${old.label}`)).toMatch(/<del>15 <\/del><ins>20 <\/ins>/)
    expect(await town.at('/terms/changes')).toContain('a &lt;slip&gt;')
    expect(JSON.parse((await town.at('/terms/terms-pack.schema.json')) ?? '')).toMatchObject({ title: 'Handfast terms pack' })
    // What was made once is answered again, and answers the same.
    expect(await town.at(`${path}/diff/${old.label}`)).toBe(await town.at(`${path}/diff/${old.label}`))
    expect(await town.at(path, 'de')).toContain('<p>Kurz.</p>')
    for (const nowhere of ['/terms/none', '/terms/terms/none', `${path}/diff/none`, '/terms/../etc', '/terms/terms/%2e%2e', '/terms/terms/%'])
      expect(await town.at(nowhere)).toBeUndefined()
  })

  it('run no script, load nothing, and allow exactly the style that they have', async () => {
    await using town = await townWithPages()

    const answer = await town.pages.at('/terms', null)

    const [, style] = /<style>([\s\S]*?)<\/style>/.exec(answer?.body ?? '') ?? []
    expect(answer?.policy).toBe(
      `default-src 'none'; style-src 'sha256-${createHash('sha256')
        .update(style ?? '')
        .digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    )
    expect(answer?.body).not.toMatch(/<script|<img|<link|src=|url\(|@import/)
    expect(answer?.body).toContain('@media print')
  })
})
