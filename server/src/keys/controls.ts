import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const controls: readonly Control[] = [
  {
    id: 'keys/rotation',
    clauses: ['3b-platform-security'],
    does: 'Master keys come from a file, the environment or a key service, and are exchanged while everything runs.',
    evidence: 'key.rotation_started, key.rotated, key.forgotten',
  },
]
