import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const controls: readonly Control[] = [
  {
    id: 'upstream/once',
    clauses: ['2a-no-harm'],
    does: 'A call that may have run is not sent again; a connector that is out of order is left when the time is up.',
    evidence: 'call.failed or call.unknown, and one request at the API',
  },
  {
    id: 'upstream/eras',
    clauses: ['1-protocol'],
    does: 'A connector is spoken to in the revision that it speaks, found out once; an Action becomes the HTTP request that was reviewed.',
    evidence: 'the requests at the API',
  },
  {
    id: 'upstream/sessions-apart',
    clauses: ['2a-no-resale', '2b-minimum'],
    does: 'Sessions at a connector belong to one person, release and key, and are never shared.',
    evidence: 'the sessions at the API',
  },
]
