import type { Rule } from '../engine/rule.ts'

const FIELDS = ['website', 'support', 'terms', 'documentation'] as const
const SOCIAL = new Set(['facebook.com', 'x.com', 'twitter.com', 'instagram.com', 'linkedin.com', 'discord.gg', 't.me', 'youtube.com', 'tiktok.com'])
const LONGEST = 1_024

export const listingAddresses: Rule = {
  id: 'listing-addresses',
  severity: 'warns',
  clause: '2d-accurate',
  title: 'Addresses of the listing that people should not follow',
  remedy: { who: 'developer', what: 'Give https addresses of your own pages, without name and password.' },
  source: 'OpenAI app submission; Canva app listing guidelines',
  needs: 'listing',
  *look({ listing }) {
    for (const field of FIELDS) {
      const address = listing?.[field]
      if (address === null || address === undefined) continue
      const why = whyOf(address)
      if (why !== null) yield { pointer: `/listing/${field}`, message: `The address for ${field} ${why}.`, about: address }
    }
  },
}

function whyOf(address: string): string | null {
  if (/^mailto:[^@\s]{1,64}@[^@\s]{3,255}$/.test(address)) return null
  const url = URL.parse(address)
  if (url === null || address.length > LONGEST) return 'is none'
  if (url.username !== '' || url.password !== '') return 'holds a name and a password'
  if (url.protocol !== 'https:') return 'is not https'
  if (/^(?:localhost|\[|\d{1,3}(?:\.\d{1,3}){3}$)/.test(url.hostname)) return 'is not one that people can reach'
  return SOCIAL.has(url.hostname.replace(/^(?:www|m)\./, '')) ? 'leads to a social network, where people need an account' : null
}
