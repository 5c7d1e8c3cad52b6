import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { decideNotice, type NoticeFinding, noticeFindingsQuery } from '../api/publishing.ts'
import { Button } from '../parts/button.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Reason } from '../parts/reason.tsx'
import { useRole } from '../parts/session.tsx'
import { Time } from '../parts/time.tsx'

/** Privacy notices that read differently at their addresses. A person says what that means; nothing changes for users before. */
export function NoticeFindings() {
  const { data } = useQuery(noticeFindingsQuery)
  if (data === undefined || data.items.length === 0) return null
  return (
    <section className="panel">
      <h2>Privacy notices that changed</h2>
      {data.items.map((finding) => (
        <Finding key={finding.id} finding={finding} />
      ))}
    </section>
  )
}

function Finding({ finding }: { readonly finding: NoticeFinding }) {
  const reviews = useRole('reviewer')
  return (
    <article aria-label={`Notice of ${finding.connector.name}`}>
      <h3>
        <Foreign text={finding.connector.name} /> <span className="help">{finding.language}</span>
      </h3>
      <p className="help">
        Seen since <Time at={finding.firstSeenAt} /> at{' '}
        <code>
          <Foreign text={finding.url} />
        </code>
      </p>
      {finding.found === null ? (
        <p className="notice caution">
          It cannot be read there any more: <Foreign text={finding.detail ?? ''} />
        </p>
      ) : (
        <>
          <Difference before={finding.agreed} after={finding.found} />
          {reviews ? (
            <div className="actions">
              <Decide finding={finding} decision="same" label="Nothing that matters" />
              <Decide finding={finding} decision="ask-again" label="Ask everybody again" />
            </div>
          ) : (
            <p className="help">A reviewer decides what it means.</p>
          )}
        </>
      )}
    </article>
  )
}

const effects = {
  same: 'What people agreed to stays in force. These words are not reported again.',
  'ask-again': 'The words found there are in force from now on. Calls of everybody who enabled it wait until they have read them and agreed.',
} as const

function Decide({ finding, decision, label }: { readonly finding: NoticeFinding; readonly decision: keyof typeof effects; readonly label: string }) {
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const act = async () => {
    await decideNotice(finding.id, decision, reason.trim())
    await Promise.all(['notice-findings', 'connector', 'directory'].map((key) => client.invalidateQueries({ queryKey: [key] })))
  }
  return (
    <Confirm
      trigger={<Button>{label}</Button>}
      title={`${label}?`}
      yes={label}
      danger={decision === 'ask-again'}
      ready={reason.trim() !== ''}
      act={act}
    >
      <p>{effects[decision]}</p>
      <Reason value={reason} onChange={setReason} help="Kept with the decision." />
    </Confirm>
  )
}

/** Lines that are gone and lines that are new, in the order in which they stand. */
function Difference({ before, after }: { readonly before: string; readonly after: string }) {
  const [old, fresh] = [before.split('\n').filter(filled), after.split('\n').filter(filled)]
  const gone = old.filter((line) => !fresh.includes(line))
  const added = fresh.filter((line) => !old.includes(line))
  return (
    <div className="difference">
      {gone.map((line) => (
        <p key={`- ${line}`}>
          <del>
            <Foreign text={line} />
          </del>
        </p>
      ))}
      {added.map((line) => (
        <p key={`+ ${line}`}>
          <ins>
            <Foreign text={line} />
          </ins>
        </p>
      ))}
      {gone.length + added.length === 0 ? <p className="help">The same lines in another order.</p> : null}
    </div>
  )
}

function filled(line: string): boolean {
  return line.trim() !== ''
}
