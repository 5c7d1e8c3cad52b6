import { decisionView, ledgerEntry, ledgerQuery, pageOf, pageQuery } from '@handfast/contract'
import { z } from 'zod'
import { exportText } from '../../../history/index.ts'
import { HOUSE, type LedgerReading, type LedgerRow } from '../../../ledger/index.ts'
import { type Clock, rfc3339, rfc3339OrNull } from '../../../lib/index.ts'
import type { Lifecycle } from '../../../lifecycle/index.ts'
import { type AnyEndpoint, Download, download, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { session, sessionOrToken } from '../policy.ts'

export type AuditRooms = {
  readonly ledger: Pick<LedgerReading, 'page' | 'copyFor' | 'checkpoint' | 'verifierKey'>
  readonly lifecycle: Pick<Lifecycle, 'allDecisions'>
}

const entryView = ({ leafIndex, at, event, subject, body }: LedgerRow) => ({ leafIndex, at: rfc3339(at), event, subject, body })

/** What auditors look at: who did what, and who decided what. It shows no contents, since the ledger has none. */
export function auditEndpoints({ ledger, lifecycle }: AuditRooms, { clock }: { readonly clock: Clock }): readonly AnyEndpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/ledger/entries',
      summary: 'Entries of the ledger, newest first',
      policy: sessionOrToken('auditor', 'operator'),
      ledger: { none: 'reading' },
      input: ledgerQuery,
      output: pageOf(ledgerEntry),
      handle: async ({ event, subject, ...query }, { workspace }, exchange) => {
        const which = {
          workspace: [workspace, HOUSE],
          newestFirst: true,
          ...(event === undefined ? {} : { event }),
          ...(subject === undefined ? {} : { subject }),
        }
        // The ledger gives 200 at a time, and one is read ahead.
        const page = await paged(
          { ...query, limit: Math.min(query.limit, 199) },
          exchange,
          (after, limit) => ledger.page({ ...which, limit, ...(after === null ? {} : { after: Number(after) }) }),
          (row) => String(row.position),
        )
        return { ...page, items: page.items.map(entryView) }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/ledger/export',
      summary: 'Every entry of the ledger with the latest checkpoint and its key, as one JSON file',
      policy: session('auditor', 'operator'),
      ledger: 'ledger.exported',
      fresh: true,
      input: z.strictObject({}),
      output: download,
      handle: async (_, { user, workspace }) => {
        const at = clock.now()
        const entries = await ledger.copyFor({ user, workspace, at })
        return new Download(
          `handfast-ledger-${rfc3339(at).slice(0, 10)}.json`,
          exportText({
            exportedAt: async () => rfc3339(at),
            verifierKey: () => ledger.verifierKey(),
            checkpoint: async () => (await ledger.checkpoint())?.note ?? null,
            entries: () => views(entries),
          }),
        )
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/decisions',
      summary: 'What people decided about connectors and releases, with their reasons, newest first',
      policy: sessionOrToken('auditor', 'reviewer', 'operator'),
      ledger: { none: 'reading' },
      input: pageQuery,
      output: pageOf(decisionView),
      handle: async (query, { workspace }, exchange) => {
        const page = await paged(
          query,
          exchange,
          (before, limit) => lifecycle.allDecisions(workspace, before, limit),
          (decision) => decision.id,
        )
        return {
          ...page,
          items: page.items.map((one) => ({
            ...one,
            at: rfc3339(one.at),
            effectiveAt: rfc3339OrNull(one.effectiveAt),
            until: rfc3339OrNull(one.until),
          })),
        }
      },
    }),
  ]
}

async function* views(rows: AsyncIterable<LedgerRow>) {
  for await (const row of rows) yield entryView(row)
}
