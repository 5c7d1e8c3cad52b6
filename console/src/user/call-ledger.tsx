import type { CallDetail } from '../api/calls.ts'
import { Copyable } from '../parts/copy.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Time } from '../parts/time.tsx'

type Entry = CallDetail['ledger']['entries'][number]

/** The evidence of the call: its entries in the ledger, and how far each is proven. */
export function CallLedger({ of }: { readonly of: CallDetail['ledger'] }) {
  if (of.entries.length === 0) return <p className="help">The ledger has no entry of this call yet. Entries appear within a second.</p>
  return (
    <>
      <ol className="ledger">
        {of.entries.map((entry) => (
          <LedgerEntry key={entry.leafIndex ?? entry.body} entry={entry} />
        ))}
      </ol>
      {of.checkpoint === null ? null : <Copyable label="Signed checkpoint" text={of.checkpoint} />}
    </>
  )
}

function LedgerEntry({ entry }: { readonly entry: Entry }) {
  const { event, at } = summaryOf(entry.body)
  return (
    <li>
      <p className="ledger-head">
        <strong>
          <Foreign text={event} />
        </strong>
        {at === undefined ? null : <Time at={at} to="second" />}
        <span className={`chip ${entry.proof === null ? 'plain' : 'good'}`}>
          {entry.leafIndex === null
            ? 'not in the tree yet'
            : entry.proof === null
              ? `entry ${entry.leafIndex}, not under a checkpoint yet`
              : `entry ${entry.leafIndex}, proven`}
        </span>
      </p>
      <details>
        <summary>Entry and proof</summary>
        <pre className="json">
          <Foreign text={pretty(entry.body)} lines />
        </pre>
        {entry.proof === null ? null : (
          <p className="help">Proof: {entry.proof.length === 0 ? 'it is the only entry of the tree' : entry.proof.join(' ')}</p>
        )}
      </details>
    </li>
  )
}

function read(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function pretty(body: string): string {
  const value = read(body)
  return value === undefined ? body : JSON.stringify(value, null, 2)
}

function summaryOf(body: string): { readonly event: string; readonly at: string | undefined } {
  const { event, at } = (read(body) ?? {}) as { readonly event?: unknown; readonly at?: unknown }
  const moment = typeof at === 'number' ? new Date(at) : undefined
  return {
    event: typeof event === 'string' ? event : 'entry',
    at: moment !== undefined && !Number.isNaN(moment.getTime()) ? moment.toISOString() : typeof at === 'string' ? at : undefined,
  }
}
