import { registered } from '../engine/domains.ts'
import type { Rule } from '../engine/rule.ts'

export const domainUnproven: Rule = {
  id: 'domain-unproven',
  severity: 'warns',
  clause: '2d-accurate',
  title: 'APIs that the publisher calls their own, on a domain that they have not proven',
  remedy: { who: 'developer', what: 'Prove the domain on the page of your organisation, or declare `ownsApi: false`.' },
  source: 'OpenAI app submission; Anthropic directory policy 3',
  needs: 'developer',
  *look({ content, developer }) {
    const host = URL.parse(content.target.url)?.hostname ?? ''
    const proven = developer?.provenDomains.some((domain) => host === domain || host.endsWith(`.${domain}`)) ?? false
    if (content.publishedBy.ownsApi && !proven)
      yield {
        pointer: '/publishedBy/ownsApi',
        message: `The publisher says that the API at ${host} is theirs, and has not proven ${registered(host)}.`,
        about: host,
      }
  },
}
