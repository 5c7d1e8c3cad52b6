import type { Rule } from '../engine/rule.ts'

export const passwordCredential: Rule = {
  id: 'password-credential',
  severity: 'notes',
  clause: '3b-platform-security',
  title: 'Names and passwords instead of a sign-in',
  remedy: { who: 'developer', what: 'Let people sign in by OAuth, or give keys of their own that can be taken back one by one.' },
  source: 'Anthropic directory policy 5; RFC 9700',
  *look({ content: { credential } }) {
    if (credential.type === 'basic')
      yield {
        pointer: '/credential',
        message: 'People give their name and password, which open everything and cannot be taken back for this connector alone.',
      }
    if (credential.type === 'cookie')
      yield { pointer: '/credential', message: 'People give the cookie of a session, which is made for a browser and opens everything.' }
  },
}
