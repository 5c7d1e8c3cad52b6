import type { ConnectorDetail } from '../api/publishing.ts'
import { Foreign } from '../parts/foreign.tsx'
import { useRole } from '../parts/session.tsx'
import { Time } from '../parts/time.tsx'
import { AppealButton } from './appeal-button.tsx'

type Inside = NonNullable<ConnectorDetail['inside']>

const verbs = {
  submit: 'Handed in',
  approve: 'Approved',
  reject: 'Rejected',
  agree: 'First of two reviewers agreed',
  'request-changes': 'Sent back for changes',
  withdraw: 'Withdrawn',
  reopen: 'Looked at again after an appeal',
  suspend: 'Suspended',
  reinstate: 'Reinstated',
  pause: 'Paused',
  resume: 'Resumed',
  'refuse-listing': 'Refused to list',
  'allow-listing': 'Allowed to list',
  remove: 'Removed',
  'give-notice': 'Notice given',
  'ask-withdrawal': 'Asked to take the notice back',
  'agree-withdrawal': 'Agreed that the notice is taken back',
  end: 'Agreement ended',
  'look-again': 'Looked again whether it may be told',
  appeal: 'Appealed',
  'grant-appeal': 'Appeal granted',
  'deny-appeal': 'Appeal denied',
  transfer: 'Went to another developer',
} as const

/** The log, newest first. What a connector may do today follows from it and nothing else. */
export function Decisions({
  slug,
  decisions,
  releases,
}: {
  readonly slug: string
  readonly decisions: Inside['decisions']
  readonly releases: Inside['releases']
}) {
  const publishes = useRole('developer')
  const appealed = new Set(decisions.flatMap(({ kind, about }) => (kind === 'appeal' && about !== null ? [about] : [])))
  const numbers = new Map(releases.map((release) => [release.id, release.number]))
  if (decisions.length === 0) return <p className="help">None so far.</p>
  return (
    <ol className="rows">
      {decisions.toReversed().map((decision) => (
        <li key={decision.id} className="row">
          <div>
            <p>
              {verbs[decision.kind]}
              {decision.tool === null ? '' : `: ${decision.tool}`}
              {decision.release === null ? '' : `: release ${numbers.get(decision.release) ?? '?'}`}{' '}
              <span className="help">as {decision.decidedAs.join(' and ')}</span>
            </p>
            {decision.reason === '' ? null : (
              <p className="help">
                <Foreign text={decision.reason} lines />
              </p>
            )}
            {decision.statement?.redress == null || !publishes || appealed.has(decision.id) ? null : (
              <AppealButton slug={slug} decision={decision.id} until={decision.statement.redress.until} />
            )}
          </div>
          <Time at={decision.at} to="second" />
        </li>
      ))}
    </ol>
  )
}
