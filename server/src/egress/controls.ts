import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const controls: readonly Control[] = [
  {
    id: 'egress/one-way-out',
    clauses: ['2e-v'],
    does: 'Addresses are checked before they are dialled, the checked address is the one that is dialled, and nothing inside the network is reached unless the operator named it.',
    evidence: 'call.failed with the rule that said no; `handfast egress explain`',
  },
  {
    id: 'egress/redirects',
    clauses: ['2e-v', '2a-no-resale'],
    does: 'A redirect is a new request: it leads to reviewed origins only, and no credential goes with it to another origin.',
    evidence: 'call.failed with egress/redirect',
  },
  {
    id: 'egress/reason',
    clauses: ['2a-use'],
    does: 'Every request says why it is made, a call of a user, a review or a look at its health, and who makes it.',
    evidence: 'the headers Handfast-Reason, User-Agent and X-Request-Id of the request',
  },
  {
    id: 'egress/bounds',
    clauses: ['2a-no-harm', '2e-v'],
    does: 'Time, size, decompression and connections of every exchange are bounded.',
    evidence: 'call.failed with the bound that was met',
  },
]
