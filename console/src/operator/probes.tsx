import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReleaseDetail } from '../api/publishing.ts'
import { askForProbes, type Evidence, probesQuery } from '../api/review.ts'
import { Button } from '../parts/button.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Problem } from '../parts/problem.tsx'
import { useRole } from '../parts/session.tsx'
import { Time } from '../parts/time.tsx'

const states = { queued: 'Asked for', running: 'Under way', done: 'Done', failed: 'Not finished' } as const
const outcomes = { 'as-expected': ['As expected', 'good'], otherwise: ['Otherwise', 'bad'], 'not-run': ['Not made', 'plain'] } as const

/** What the connector did when it was tried, and how to have it tried. */
export function Probes({ slug, of }: { readonly slug: string; readonly of: ReleaseDetail }) {
  const { data } = useQuery(probesQuery(slug, of.number))
  const client = useQueryClient()
  const mayAsk = useRole('reviewer', 'developer') && (of.state === 'submitted' || of.state === 'in-review')
  const act = useMutation({
    mutationFn: () => askForProbes(slug, of.number),
    onSettled: () => client.invalidateQueries({ queryKey: ['review', 'probes', slug] }),
  })
  const newest = data?.items[0]
  const isOpen = newest?.state === 'queued' || newest?.state === 'running'
  if (!mayAsk && newest === undefined) return null
  return (
    <section>
      <h2>Probes</h2>
      <p role="status">
        {newest === undefined ? (
          'It was not tried yet.'
        ) : (
          <>
            {states[newest.state]}, <Time at={newest.endedAt ?? newest.at} />
            {isOpen ? `: step ${newest.done} of ${newest.total}` : ''}
          </>
        )}
      </p>
      {data?.evidence == null ? null : <Found evidence={data.evidence} />}
      {act.error === null ? null : <Problem error={act.error} />}
      {mayAsk && !isOpen ? (
        <div className="actions">
          <Button pending={act.isPending} onPress={() => act.mutate()}>
            Try it now
          </Button>
          <span className="help">Harmless calls, and those that its developer handed in or agreed to.</span>
        </div>
      ) : null}
    </section>
  )
}

function Found({ evidence }: { readonly evidence: Evidence }) {
  const { transport, handshake, hostile, cases, skipped } = evidence
  return (
    <>
      <ul className="plain-list">
        {transport === null ? null : (
          <li>
            Address: {transport.answered ? 'answers' : 'does not answer'} <Foreign text={transport.failure ?? ''} />
          </li>
        )}
        {handshake === null ? null : (
          <li>
            Handshake: {handshake.succeeded ? `succeeded, ${handshake.version}` : 'failed'} <Foreign text={handshake.failure ?? ''} />
          </li>
        )}
        {hostile === null ? null : (
          <li>
            A token that nobody issued: {hostile.wrongAudience}. Arguments that make no sense:{' '}
            {hostile.badInput.length === 0 ? 'none fitted' : hostile.badInput.map(({ tool, outcome }) => `${tool} ${outcome}`).join(', ')}
          </li>
        )}
        {skipped.map(({ probe, why }) => (
          <li key={probe} className="help">
            Not tried, {probe}: <Foreign text={why} />
          </li>
        ))}
      </ul>
      <ul className="rows">
        {cases.map(({ name, outcome, why }) => (
          <li key={name} className="finding">
            <p>
              <span className={`chip ${outcomes[outcome][1]}`}>{outcomes[outcome][0]}</span> <Foreign text={name} />
            </p>
            {why === null ? null : (
              <p className="help">
                <Foreign text={why} />
              </p>
            )}
          </li>
        ))}
      </ul>
    </>
  )
}
