import { growthRule } from '../engine/growth-rule.ts'

export const credentialChanged = growthRule({
  id: 'credential-changed',
  severity: 'warns',
  clause: '3b-platform-security',
  title: 'Another way to sign in than before',
  remedy: { who: 'reviewer', what: 'Make sure that the new place is theirs: people will give their password there.' },
  *compare({ credential }, { credential: before }) {
    if (credential.type !== before.type)
      yield {
        pointer: '/credential/type',
        message: `The credential was of the kind "${before.type}", and is "${credential.type}" now. What people gave does not fit any more.`,
      }
    else if (credential.type === 'oauth2' && before.type === 'oauth2')
      for (const field of ['issuer', 'authorizationEndpoint', 'tokenEndpoint'] as const)
        if (originOf(credential[field]) !== originOf(before[field]))
          yield {
            pointer: `/credential/${field}`,
            message: `People signed in at ${originOf(before[field]) ?? 'a place that was found out'}, and would sign in at ${originOf(credential[field]) ?? 'one that is found out'}.`,
          }
  },
})

function originOf(address: string | undefined): string | undefined {
  return address === undefined ? undefined : URL.parse(address)?.origin
}
