import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { operator } from '../../../test/publishing.ts'
import { loadPack, packFile, readPack, renderDocuments } from '../index.ts'

const shipped = readFileSync(packFile('house.yaml'), 'utf8')
const controls = new Set(['terms/bundle'])
const lineOf = (text: string, what: string) => text.split('\n').findIndex((line) => line.includes(what)) + 1
const problemsOf = (text: string) => readPack(text, controls).problems

describe('a pack of somebody’s own', () => {
  it('is read, and its documents are made of its clauses', () => {
    const text = shipped
      .replace("'A connector opens an API to assistants, by MCP or by an OpenAPI document.'", '"Ours says {{motto}}."')
      .replace('language: en', 'language: en\nslots: { motto: onward }')

    const { pack } = readPack(text, controls)

    if (pack === null) throw new Error('it was refused')
    expect(renderDocuments(pack, operator)[0]?.text.body).toContain('**What it is** (1-protocol). Ours says onward.')
  })

  it('is told everything that is wrong with it at once, with the place of each', () => {
    const text = shipped.replace('pack: 1', 'pack: 2').replace('  2a-use: {', '  2z-use: {').replace('title: House rules for connectors', 'title: ""')

    const problems = problemsOf(text)

    expect(problems.map(({ path, message }) => [path, message])).toEqual([
      ['pack', expect.stringMatching(/expected 1/)],
      ['documents.0.title', expect.any(String)],
      ['clauses.2a-use', 'The pack lacks the clause 2a-use.'],
      ['clauses.2z-use', 'There is no clause 2z-use.'],
    ])
    expect(problems.find(({ path }) => path === 'pack')).toMatchObject({ line: lineOf(text, 'pack: 2'), column: 7 })
    expect(problems.find(({ path }) => path === 'clauses.2z-use')).toMatchObject({ line: lineOf(text, '2z-use:') })
  })

  it.each([
    ['a clause that stands nowhere', '1-sponsor, 1-incorporated ]', '1-incorporated ]', /1-sponsor stands in none/],
    [
      'a clause that stands twice',
      '1-sponsor, 1-incorporated ]',
      '1-sponsor, 1-sponsor, 1-incorporated ]',
      /1-sponsor stands in the documents twice/,
    ],
    ['a slot that nothing fills', '{{notices_to}}', '{{notices_from}}', /Nothing fills \{\{notices_from\}\}/],
    ['a control that is not there', 'title: Notices, text', 'title: Notices, controls: { terms/none: x }, text', /no control terms\/none/],
    ['no terms', 'document: terms', 'document: rules', /called terms/],
    ['an empty section', '      - title: The rest\n', '      - title: Nothing\n      - title: The rest\n', /section is empty/],
    ['a field that is not known', 'label:', 'colour: red\nlabel:', /colour/],
  ])('is refused for %s, and the place is named', (_, old, now, message) => {
    const problems = problemsOf(shipped.replace(old, now))

    expect(problems).toHaveLength(1)
    expect(problems[0]?.message).toMatch(message)
    expect(problems[0]?.line).toBeGreaterThan(1)
  })

  it('is told where it is no YAML, and is not let write texts out many times by aliases', () => {
    expect(problemsOf('pack: 1\nname: [').at(-1)).toMatchObject({ line: 2, path: '' })
    expect(problemsOf('pack: &a 1\nname: *a\n')[0]?.message).toMatch(/Aliases/)
  })

  it('has a translation whole or not at all', () => {
    const german = `${shipped}translations:\n  de:\n    documents:\n      terms: { title: Regeln, sections: [{ title: Vorher }] }\n`

    expect(problemsOf(german).map(({ message }) => message)).toEqual(
      expect.arrayContaining([expect.stringMatching(/6 sections/), expect.stringMatching(/1-protocol is not translated/)]),
    )
  })

  it('stops the start with all of it, where the settings name it', () => {
    expect(() => loadPack('/nowhere/pack.yaml', controls)).toThrow(expect.objectContaining({ code: 'terms/pack', who: 'operator' }))
  })
})
