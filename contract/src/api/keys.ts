import { z } from 'zod'
import { time } from './page.ts'

/** A master key: which one it is, never the key. */
export const masterKey = z.object({
  id: z.string(),
  source: z.enum(['file', 'environment', 'transit']),
  /** `waiting`: not every node has it yet. `read-only`: opens what it sealed until that is wrapped anew. `removable`: nothing needs it. */
  state: z.enum(['waiting', 'current', 'read-only', 'removable']),
  createdAt: time,
  currentAt: time.nullable(),
  doneAt: time.nullable(),
  records: z.number().int().describe('Records that are wrapped with it'),
  lackedBy: z.array(z.string()).readonly().describe('Nodes that run and do not have it'),
})
export type MasterKeyView = z.infer<typeof masterKey>

export const masterKeys = z.object({
  items: z.array(masterKey).readonly(),
  /** Why keys from memory keep things going; null: all is well. */
  trouble: z.string().nullable(),
})

export const masterKeyInPath = z.strictObject({ id: z.string().regex(/^[0-9a-f]{8}$/) })
