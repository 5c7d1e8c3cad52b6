import type { ConnectorDetail } from '../api/publishing.ts'
import { Foreign } from '../parts/foreign.tsx'
import { Time } from '../parts/time.tsx'

type Inside = NonNullable<ConnectorDetail['inside']>

const verbs = {
  submit: 'Handed in',
  approve: 'Approved',
  reject: 'Rejected',
  suspend: 'Suspended',
  reinstate: 'Reinstated',
  remove: 'Removed',
} as const

/** The log, newest first. What a connector may do today follows from it and nothing else. */
export function Decisions({ decisions, releases }: { readonly decisions: Inside['decisions']; readonly releases: Inside['releases'] }) {
  const numbers = new Map(releases.map((release) => [release.id, release.number]))
  if (decisions.length === 0) return <p className="help">None so far.</p>
  return (
    <ol className="rows">
      {decisions.toReversed().map((decision) => (
        <li key={`${decision.at} ${decision.kind} ${decision.release}`} className="row">
          <div>
            <p>
              {verbs[decision.kind]}
              {decision.release === null ? '' : `: release ${numbers.get(decision.release) ?? '?'}`}{' '}
              <span className="help">as {decision.decidedAs.join(' and ')}</span>
            </p>
            {decision.reason === '' ? null : (
              <p className="help">
                <Foreign text={decision.reason} lines />
              </p>
            )}
          </div>
          <Time at={decision.at} to="second" />
        </li>
      ))}
    </ol>
  )
}
