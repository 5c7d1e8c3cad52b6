import { sameOwner } from '../engine/domains.ts'
import type { Rule } from '../engine/rule.ts'

export const undeclaredServer: Rule = {
  id: 'undeclared-server',
  severity: 'warns',
  clause: '2e-v',
  title: 'Targets that the document does not name',
  remedy: { who: 'developer', what: 'Name the address in `servers` of the document, or say in the manifest why calls go elsewhere.' },
  source: 'OpenAPI 3.1 section 4.8.5',
  needs: 'document',
  *look({ content, document }) {
    const target = URL.parse(content.target.url)
    const hosts = (document?.servers ?? []).flatMap((server) => URL.parse(server)?.hostname ?? [])
    if (target === null || hosts.length === 0 || hosts.some((host) => sameOwner(host, target.hostname))) return
    // Somebody who runs the API in their own house has it at an address of their own.
    const inside = /^(?:localhost|\[|\d{1,3}(?:\.\d{1,3}){3}$)|\.(?:local|internal|test|example)$/.test(target.hostname)
    yield {
      pointer: '/target/url',
      severity: inside ? 'notes' : 'warns',
      message: `Calls go to ${target.hostname}, and the document names ${hosts.slice(0, 3).join(', ')}.`,
      about: target.hostname,
    }
  },
}
