import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const controls: readonly Control[] = [
  {
    id: 'ledger/evidence',
    clauses: ['1-acceptance'],
    does: 'Entries are only added, stand in a Merkle tree with signed checkpoints, and can be verified without this software.',
    evidence: 'the entries, tiles and checkpoints',
  },
]
