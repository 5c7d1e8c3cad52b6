import type { ClauseId } from './clauses.ts'

type AttestationAbout = { readonly clause: ClauseId; readonly says: string; readonly of: 'everybody' | 'sponsors' }

/**
 * What a developer attests to with every release, each in one sentence. What was attested to is kept with the digest of its words, so a sentence that
 * is reworded here changes nothing about earlier releases.
 */
export const attestations = {
  'response-rights': {
    clause: '2c-rights',
    of: 'everybody',
    says: 'We hold the rights to what this connector answers, or may pass it on, so that it can be kept and shown for the users who asked for it.',
  },
  'right-to-use': {
    clause: '1-sponsor',
    of: 'everybody',
    says: 'This API is ours, or its owner allows what this connector does with it.',
  },
  'not-the-owner': {
    clause: '1-sponsor',
    of: 'sponsors',
    says: "This API is not ours: we are named as who publishes the connector, never as the API's owner, and show the owner's marks only with their leave.",
  },
  'no-training': {
    clause: '2e-vi',
    of: 'everybody',
    says: 'Requests that reach us through this connector are not used to train models that compete with the assistants that make them.',
  },
  'security-assessment': {
    clause: '3a-developer-security',
    of: 'everybody',
    says: 'We looked at the security of what this release runs on, and what our self-assessment says is true of it.',
  },
  'export-statements': {
    clause: '7c-export',
    of: 'everybody',
    says: 'What we stated about export control, about our organisation and its owners, is still true.',
  },
} as const satisfies Readonly<Record<string, AttestationAbout>>

export type AttestationId = keyof typeof attestations

export const attestationIds = Object.keys(attestations) as [AttestationId, ...AttestationId[]]

/** Which of them a release needs. @param ownsApi whether its developer owns the API (clause 1-sponsor) */
export function attestationsFor(ownsApi: boolean): readonly AttestationId[] {
  return attestationIds.filter((id) => attestations[id].of === 'everybody' || !ownsApi)
}
