import { skeletonOf } from '../engine/confusables.ts'
import type { Rule } from '../engine/rule.ts'

export const similarName: Rule = {
  id: 'similar-name',
  severity: 'warns',
  clause: '2e-ii',
  title: 'Names that look like those of other connectors',
  remedy: { who: 'developer', what: 'Take a name that nobody takes for the other one.' },
  source: 'UTS 39 section 4; OpenAI app guidelines',
  needs: 'manifest',
  *look({ content, manifest, others }) {
    const name = skeletonOf(content.name)
    const slug = skeletonOf(manifest?.slug ?? '')
    for (const other of others) {
      if (skeletonOf(other.name) === name)
        yield { pointer: '/name', message: `"${content.name}" looks like "${other.name}", which is the connector "${other.slug}".` }
      else if (slug !== '' && skeletonOf(other.slug) === slug)
        yield { pointer: '/name', severity: 'notes', message: `The short name "${manifest?.slug}" looks like that of the connector "${other.slug}".` }
    }
  },
}
