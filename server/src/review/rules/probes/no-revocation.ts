import { probeRule } from '../engine/probe-rule.ts'

export const noRevocation = probeRule({
  id: 'no-revocation',
  severity: 'notes',
  clause: '3a-developer-security',
  title: 'Tokens that cannot be taken back',
  remedy: { who: 'developer', what: 'Offer revocation, so that a person who ends the connection ends it with you too.' },
  source: 'RFC 7009',
  *judge({ authorization }, { content: { credential } }) {
    const metadata = authorization?.serverMetadata
    const declared = credential.type === 'oauth2' ? credential.revocationEndpoint : undefined
    if (metadata !== null && metadata !== undefined && metadata.revocationEndpoint === null && declared === undefined)
      yield {
        pointer: '/credential',
        message: `The authorization server ${metadata.issuer.slice(0, 200)} offers no revocation.`,
        about: metadata.issuer,
      }
  },
})
