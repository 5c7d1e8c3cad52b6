import type { Call, CallDetail } from '@handfast/contract'
import { hashOfEntry } from '../../ledger/verify/index.ts'
import type { House, Page } from '../house.ts'

/** Entries are in the signed tree within a second or two. */
const PATIENCE_MS = 6_000
const PAUSE_MS = 100

/** One entry of the ledger about a call: its event, its RFC 6962 leaf hash in hex, and its position in the tree. */
export type Trace = { readonly event: string; readonly digest: string; readonly position: number | null }

export type TracedCall = { readonly id: string; readonly state: string; readonly durationMs: number | null; readonly ledger: readonly Trace[] }

/** The newest call to a connector, once the signed tree covers its entries. */
export async function traceOf(house: House, slug: string, user: string): Promise<TracedCall | null> {
  const { items } = await house.ask<Page<Call>>(`/api/v1/calls?connector=${slug}&limit=1`, { as: user })
  const [newest] = items
  if (newest === undefined) return null
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    const call = await house.ask<CallDetail>(`/api/v1/calls/${newest.id}`, { as: user })
    const { entries } = call.ledger
    const isWhole = entries.length > 0 && entries.every(({ leafIndex }) => leafIndex !== null)
    if (isWhole || Date.now() > until) return { id: call.id, state: call.state, durationMs: call.durationMs, ledger: entries.map(traced) }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}

function traced({ body, leafIndex }: CallDetail['ledger']['entries'][number]): Trace {
  const { event } = JSON.parse(body) as { readonly event: string }
  return { event, digest: hashOfEntry(Buffer.from(body)).toString('hex'), position: leafIndex }
}
