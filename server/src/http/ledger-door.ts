import type { ServerResponse } from 'node:http'
import type { LedgerReading } from '../ledger/index.ts'

/**
 * `/ledger/checkpoint` is public: a signed digest says nothing but that the ledger stands. Tiles hold digests and entries name people by id,
 * so they stay inside and leave by export.
 */
export async function serveCheckpoint(ledger: LedgerReading, res: ServerResponse): Promise<void> {
  const checkpoint = await ledger.checkpoint()
  if (checkpoint === undefined || checkpoint === null) {
    res.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is no checkpoint yet.\n')
    return
  }
  res.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' }).end(checkpoint.note)
}
