import { z } from 'zod'
import { slug } from '../manifest.ts'
import { idOf, time } from './page.ts'

export const transfer = z.object({
  id: idOf('trf'),
  kind: z.enum(['connector', 'control']),
  state: z.enum(['asked', 'accepted', 'approved', 'refused', 'ended']),
  connector: idOf('con').nullable(),
  from: idOf('dev'),
  to: idOf('dev').nullable(),
  newControl: z.string().nullable(),
  reason: z.string(),
  askedAt: time,
  expiresAt: time,
  acceptedAt: time.nullable(),
  decidedAt: time.nullable(),
  writing: z.string().nullable().describe('What the operator wrote'),
})
export type TransferView = z.infer<typeof transfer>
export const transfers = z.object({ items: z.array(transfer).readonly() })
const reason = z.string().trim().min(1).max(4_000)
export const askTransfer = z.strictObject({ slug, to: idOf('dev'), reason })
export const askControl = z.strictObject({
  id: idOf('dev'),
  newControl: z.string().trim().min(1).max(500).describe('Who controls it from then on'),
  reason,
})
export const transferInPath = z.strictObject({ transfer: idOf('trf') })
export const decideTransfer = z.strictObject({ transfer: idOf('trf'), approve: z.boolean(), writing: z.string().trim().min(10).max(4_000) })
