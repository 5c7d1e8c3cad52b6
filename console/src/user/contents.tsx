import type { CallDetail } from '../api/calls.ts'
import { Foreign } from '../parts/foreign.tsx'
import { Value } from '../parts/values.tsx'

/** What was kept of arguments or a result: as values, or only how long it was. */
export function Contents({ of, none }: { readonly of: CallDetail['arguments']; readonly none: string }) {
  if (of === null) return <p className="help">{none}</p>
  if ('omitted' in of)
    return <p className="help">It was too long to keep ({of.omitted.toLocaleString()} characters). The ledger still holds its digest.</p>
  return (
    <>
      <div className="contents">
        <Value of={of.value as Parameters<typeof Value>[0]['of']} />
      </div>
      <details>
        <summary>JSON</summary>
        <pre className="json">
          <Foreign text={JSON.stringify(of.value, null, 2)} lines />
        </pre>
      </details>
    </>
  )
}
