import { sameOwner } from '../engine/domains.ts'
import type { Rule } from '../engine/rule.ts'

/** Who signs people in for others. */
const PROVIDERS = [
  'accounts.google.com',
  'login.microsoftonline.com',
  'github.com',
  'appleid.apple.com',
  'login.salesforce.com',
  'slack.com',
  'auth0.com',
  'okta.com',
  'onelogin.com',
  'workos.com',
  'authkit.app',
  'stytch.com',
  'clerk.accounts.dev',
  'amazoncognito.com',
  'oauth2.googleapis.com',
]

export const signInElsewhere: Rule = {
  id: 'sign-in-elsewhere',
  severity: 'notes',
  clause: '2e-ii',
  title: 'Sign-in at another domain than that of the API',
  remedy: {
    who: 'reviewer',
    what: 'Make sure that the place where people give their password belongs to the API, or to somebody who signs people in for it.',
  },
  source: 'OpenAI Actions; RFC 9700 section 2.1',
  *look({ content: { credential, target } }) {
    if (credential.type !== 'oauth2') return
    const host = URL.parse(target.url)?.hostname ?? ''
    for (const field of ['issuer', 'authorizationEndpoint', 'tokenEndpoint'] as const) {
      const place = URL.parse(credential[field] ?? '')?.hostname
      if (place === undefined || sameOwner(place, host) || PROVIDERS.some((one) => place === one || place.endsWith(`.${one}`))) continue
      return void (yield {
        pointer: `/credential/${field}`,
        message: `The API is at ${host}, and people sign in at ${place}.`,
        about: `${host} ${place}`,
      })
    }
  },
}
