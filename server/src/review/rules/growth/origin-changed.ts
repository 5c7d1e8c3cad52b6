import { sameOwner } from '../engine/domains.ts'
import { growthRule } from '../engine/growth-rule.ts'

export const originChanged = growthRule({
  id: 'origin-changed',
  severity: 'warns',
  clause: '2e-v',
  title: 'Calls that go to another origin than before',
  remedy: { who: 'reviewer', what: 'Make sure that the new address is of the same publisher. The keys that people gave go there too.' },
  source: 'OpenAI app review',
  *compare({ target }, previous) {
    const [now, before] = [URL.parse(target.url), URL.parse(previous.target.url)]
    if (now === null || before === null || now.origin === before.origin) return
    const severity = sameOwner(now.hostname, before.hostname) && now.protocol === before.protocol ? 'notes' : 'warns'
    yield { pointer: '/target/url', severity, message: `Calls went to ${before.origin}, and would go to ${now.origin}.` }
  },
})
