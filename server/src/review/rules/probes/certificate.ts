import { DAY } from '../../../lib/index.ts'
import { probeRule } from '../engine/probe-rule.ts'

const SOON = 14 * DAY

export const certificate = probeRule({
  id: 'certificate',
  severity: 'blocks',
  clause: '3a-developer-security',
  title: 'Certificates that nobody vouches for, or that end soon',
  remedy: { who: 'developer', what: 'Serve a certificate of a public authority with its whole chain, and renew it by itself.' },
  source: 'OpenAI app submission; RFC 9325',
  *judge({ at, transport }) {
    const tls = transport?.tls
    if (tls === null || tls === undefined) return
    const pointer = '/target/url'
    if (!tls.trusted)
      yield {
        pointer,
        message: `The certificate is not trusted (${tls.problem ?? 'without a reason'}): calls would not be sent.`,
        about: tls.problem ?? '',
      }
    else if (tls.validTo !== null && tls.validTo - at < SOON)
      yield {
        pointer,
        severity: 'warns',
        message: `The certificate ends in ${Math.max(0, Math.floor((tls.validTo - at) / DAY))} days.`,
        about: String(tls.validTo),
      }
    if (tls.protocol !== null && /^(?:SSLv|TLSv1(?:\.[01])?$)/.test(tls.protocol))
      yield { pointer, severity: 'warns', message: `The connection is secured by ${tls.protocol}, which is out of use.`, about: tls.protocol }
  },
})
