import { textRule } from '../engine/text-rule.ts'

const URLS = /\bhttps?:\/\/([^\s/?#"'<>)\]}]{1,255})/gi
const SHORTENERS = new Set(
  'bit.ly tinyurl.com t.co goo.gl is.gd ow.ly rebrand.ly cutt.ly shorturl.at rb.gy tiny.cc s.id t.ly ngrok.io ngrok-free.app webhook.site requestbin.com pipedream.net'.split(
    ' ',
  ),
)

export const suspiciousLinks = textRule({
  id: 'suspicious-links',
  severity: 'warns',
  clause: '2e-ii',
  title: 'Links whose goal cannot be seen',
  remedy: { who: 'developer', what: 'Link to the page itself, by its name and by https.' },
  source: 'UTS 46; Microsoft certification of connectors',
  *read({ pointer, text, part }) {
    if (part === 'value' || part === 'key') return
    for (const [, authority = ''] of text.matchAll(URLS)) {
      const why = whyOf(authority.toLowerCase())
      if (why !== null) return void (yield { pointer, message: `There is a link to "${authority.slice(0, 80)}", ${why}.` })
    }
  },
})

function whyOf(authority: string): string | null {
  const host = authority.replace(/^[^@]*@/, '').replace(/:\d{1,5}$/, '')
  if (/^(?:localhost|127\.|10\.|192\.168\.|0\.0\.0\.0|\[::1\])/.test(host) || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host))
    return /^(?:localhost|127\.)/.test(host) || host === 'example.com' ? null : 'a number instead of a name'
  if (authority.includes('@')) return 'which hides its goal behind a name'
  if (SHORTENERS.has(host) || [...SHORTENERS].some((one) => host.endsWith(`.${one}`))) return 'which leads to somewhere that is not shown'
  if (/(?:^|\.)xn--/.test(host) || /[^\0-\x7f]/.test(host)) return 'whose letters may not be what they look like'
  return null
}
