import { sameOwner } from '../engine/domains.ts'
import { probeRule } from '../engine/probe-rule.ts'

const PRIVACY =
  /privacy|data protection|personal (?:data|information)|datenschutz|confidentialit|donn[ée]es personnelles|privacidad|datos personales/i

export const deadPages = probeRule({
  id: 'dead-pages',
  severity: 'warns',
  clause: '2d-accurate',
  title: 'Pages of the listing that strangers cannot read',
  remedy: { who: 'developer', what: 'Make the page answer to everybody, without an account, at the address that you gave.' },
  source: 'Anthropic directory submission; Google Workspace Marketplace review',
  *judge({ pages }) {
    for (const { field, url, status, failure, redirectedTo, asksToSignIn, text } of pages) {
      const about = { pointer: field === 'privacyNoticeUrl' ? '/privacyNoticeUrl' : `/listing/${field}`, about: url }
      if (status === null) yield { ...about, message: `${url} did not answer: ${failure ?? 'without a reason'}.` }
      else if (status >= 400) yield { ...about, message: `${url} answers ${status}.` }
      else if (asksToSignIn) yield { ...about, message: `${url} asks strangers to sign in.` }
      else if (redirectedTo !== null && !sameOwner(URL.parse(redirectedTo)?.hostname ?? '', URL.parse(url)?.hostname ?? ''))
        yield { ...about, severity: 'notes', message: `${url} leads on to ${redirectedTo.slice(0, 200)}.` }
      else if (field === 'privacyNoticeUrl' && text !== '' && !PRIVACY.test(text))
        yield { ...about, message: `${url} does not read like a privacy notice.` }
    }
  },
})
