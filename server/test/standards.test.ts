import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Demand, standards } from './standards.ts'

const root = new URL('../../', import.meta.url)
const sources = new Map<string, string>()

function sourceOf(file: string): string {
  const known = sources.get(file) ?? readFileSync(new URL(file, root), 'utf8')
  sources.set(file, known)
  return known
}

/** Texts in quotes that hold this one: titles, and rows of tables that become titles. What stands in a comment is none. */
function titlesWith(source: string, part: string): readonly string[] {
  const code = source.replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, '')
  const quoted = [...code.matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)]
  return quoted.map((found) => found[1] ?? found[2] ?? found[3] ?? '').filter((text) => text.includes(part))
}

/** Whether a title cites a section, as in `RFC 6749 3.1, 4.1.2`, `RFC 7636 sections 4.2 and 7.2` or `RFC 9207 section 2.4: MUST`. */
function cites(title: string, { source, section }: Pick<Demand, 'source' | 'section'>): boolean {
  if (section === '') return title.includes(source) || (source === 'MCP authorization' && /MCP [\d-]+ authorization/.test(title))
  const lists = title.matchAll(new RegExp(`${source}(?: sections?)? (\\d+(?:\\.\\d+)*(?:(?:, | and )\\d+(?:\\.\\d+)*(?!\\d|-))*)`, 'g'))
  return [...lists].some(([, list = '']) => list.split(/, | and /).includes(section))
}

describe('what the standards demand of us', () => {
  it.each(standards.map((demand) => [`${demand.source} ${demand.section}`.trim(), demand.of, demand.demand, demand] as const))(
    '%s, %s: %s',
    (_source, _of, _demand, demand) => {
      const titles = titlesWith(sourceOf(demand.file), demand.title)

      expect(titles, `${demand.file} has no test "${demand.title}"`).not.toEqual([])
      expect(
        titles.filter((title) => cites(title, demand)),
        `cites ${demand.source} ${demand.section}`,
      ).not.toEqual([])
    },
  )

  it('is a list for each standard and each of our roles', () => {
    const kinds = Object.groupBy(standards, ({ source, of }) => `${source}: ${of}`)

    expect(standards.length).toBeGreaterThanOrEqual(100)
    for (const rfc of ['RFC 6749', 'RFC 7636', 'RFC 8414', 'RFC 8707', 'RFC 9207', 'RFC 9700', 'RFC 9728', 'MCP authorization'])
      expect(Object.keys(kinds).filter((kind) => kind.startsWith(rfc)).length, rfc).toBeGreaterThanOrEqual(2)
  })

  it.each([
    ['(RFC 6749 3.1, 4.1.2)', 'RFC 6749', '4.1.2', true],
    ['(RFC 6749 3.1, 4.1.2)', 'RFC 6749', '4.1', false],
    ['(RFC 6749 3.1, RFC 9700 4.1.2)', 'RFC 6749', '4.1.2', false],
    ['(RFC 7636 sections 4.2 and 7.2, RFC 9700 section 2.1.1)', 'RFC 7636', '7.2', true],
    ['(RFC 9207 section 2.4: MUST NOT proceed)', 'RFC 9207', '2.4', true],
    ['(MCP 2026-07-28 authorization)', 'MCP authorization', '', true],
    ['(MCP security best practices)', 'MCP authorization', '', false],
    ['nothing', 'RFC 6749', '6', false],
  ])('is found in %j for %s %s or not', (title, source, section, found) => {
    expect(cites(title, { source, section })).toBe(found)
  })
})
