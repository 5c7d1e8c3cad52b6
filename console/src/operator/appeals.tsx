import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type AppealView, answerAppeal, appealsQuery } from '../api/review.ts'
import { Button } from '../parts/button.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Reason } from '../parts/reason.tsx'
import { Time } from '../parts/time.tsx'

/** Appeals that wait, for whoever did not decide the first time. */
export function AppealsWaiting() {
  const { data } = useQuery(appealsQuery)
  if (data === undefined || data.items.length === 0) return null
  return (
    <section className="panel">
      <h2>Appeals</h2>
      <ul className="rows">
        {data.items.map((appeal) => (
          <li key={appeal.id} className="row">
            <div>
              <p>
                <code>{appeal.slug}</code>: against “{appeal.about.kind}”, to be answered by <Time at={appeal.dueAt} to="day" />
              </p>
              <p className="help">
                <Foreign text={appeal.reason} lines />
              </p>
              <div className="actions">
                <Answer appeal={appeal} grant label="Grant" />
                <Answer appeal={appeal} grant={false} label="Deny" />
              </div>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Answer({ appeal, grant, label }: { readonly appeal: AppealView; readonly grant: boolean; readonly label: string }) {
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const act = async () => {
    await answerAppeal(appeal.slug, appeal.id, grant, reason.trim())
    await Promise.all(['review', 'published', 'directory', 'connector'].map((key) => client.invalidateQueries({ queryKey: [key] })))
  }
  return (
    <Confirm
      trigger={<Button tone={grant ? 'plain' : 'danger'}>{label}</Button>}
      title={`${label} this appeal?`}
      yes={label}
      danger={!grant}
      ready={reason.trim() !== ''}
      act={act}
    >
      <p>{grant ? 'What was decided is taken back at once.' : 'What was decided stays. It cannot be appealed again.'}</p>
      <Reason value={reason} onChange={setReason} help="The developer reads it." />
    </Confirm>
  )
}
