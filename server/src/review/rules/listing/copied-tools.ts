import type { Rule } from '../engine/rule.ts'

const FEWEST = 3

export const copiedTools: Rule = {
  id: 'copied-tools',
  severity: 'notes',
  clause: '2e-ii',
  title: 'The same tools as another connector',
  remedy: { who: 'reviewer', what: 'Find out whether one of the two passes for the other, and whether people need both.' },
  source: 'OpenAI app guidelines',
  *look({ content, others }) {
    const own = new Set(content.tools.map(({ name }) => name))
    if (own.size < FEWEST) return
    for (const { slug, tools } of others) {
      const same = tools.filter((name) => own.has(name)).length
      if (same >= FEWEST && same * 10 >= own.size * 8)
        yield { pointer: '/tools', message: `${same} of ${own.size} tools have the names of those of the connector "${slug}".`, about: slug }
    }
  },
}
