import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const controls: readonly Control[] = [
  {
    id: 'review/people-decide',
    clauses: ['2d-review'],
    does: 'Every release waits for a person, in the order of its risk; what goes live is exactly the digest that was looked at.',
    evidence: 'release.submitted, release.agreed, release.approved, release.rejected, release.returned with the digest; the notice of each',
  },
  {
    id: 'review/four-eyes',
    clauses: ['2d-review'],
    does: 'Risky releases need two different reviewers, and in public nobody reviews what they stand behind; in a house a self-review is recorded as one.',
    evidence: 'decidedAs of each decision, reviewersNeeded of each hand-in, release.agreed',
  },
  {
    id: 'review/probes',
    clauses: ['2d-review', '2a-no-harm'],
    does: 'Connectors are tried with the calls that their developer handed in; anything hostile only with their agreement or on a domain proven to be theirs.',
    evidence: 'probe.asked, probe.ended with the digest of the sealed evidence; the reason `review` on each request',
  },
  {
    id: 'review/test-account',
    clauses: ['3b-platform-security'],
    does: 'Keys of test accounts open for a review only, are written down each time before they are used, and are destroyed with its decision.',
    evidence: 'credential.stored, credential.opened and credential.destroyed with why `review`',
  },
  {
    id: 'review/rescan',
    clauses: ['2d-review', '2a-unmodified'],
    does: 'Live connectors are asked again what they are; a changed tool is served as it was reviewed, or paused where that cannot be.',
    evidence: 'drift.found and drift.ended, tool.paused with the ground drift, the time and outcome of the last look',
  },
  {
    id: 'review/appeals',
    clauses: ['2d-review'],
    does: 'Whoever was decided against can have it looked at again, in public by somebody else; granting takes the decision back.',
    evidence: 'appeal.made, appeal.granted, appeal.denied with sameDecider',
  },
  {
    id: 'review/rights-attested',
    clauses: ['2c-rights'],
    does: 'Handing a release in attests that the developer holds the rights to its answers.',
    evidence: 'the digest of the attested words in release.submitted, and beside the release',
  },
  {
    id: 'review/no-training-attested',
    clauses: ['2e-vi'],
    does: 'Handing a release in attests that requests are not used to train competing models.',
    evidence: 'the digest of the attested words in release.submitted, and beside the release',
  },
  {
    id: 'review/sponsor',
    clauses: ['1-sponsor'],
    does: 'Whoever publishes the API of somebody else declares it, is named as who publishes and not as the owner, and shows no logo of the owner without leave.',
    evidence: 'publishedBy of the release, the attestations right-to-use and not-the-owner',
  },
  {
    id: 'review/unmodified',
    clauses: ['2a-unmodified'],
    does: 'Tool definitions are kept as the connector gave them, under a digest that the review decides about and that calls are served by.',
    evidence: 'digest and untouched source of each release',
  },
]
