import type { Rule } from '../engine/rule.ts'

export const publisherName: Rule = {
  id: 'publisher-name',
  severity: 'warns',
  clause: '2e-ii',
  title: 'Another name than that of the publisher',
  remedy: { who: 'developer', what: 'Publish under the name of your organisation as it was verified.' },
  source: 'OpenAI app submission',
  needs: 'developer',
  *look({ content, developer }) {
    if (developer !== null && developer.name !== content.publishedBy.developer)
      yield {
        pointer: '/publishedBy/developer',
        message: `The release says "${content.publishedBy.developer}", and the publisher is "${developer.name}".`,
      }
  },
}
