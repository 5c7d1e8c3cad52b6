import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { makeAppeal } from '../api/review.ts'
import { Button } from '../parts/button.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { Reason } from '../parts/reason.tsx'
import { Time } from '../parts/time.tsx'

/** Has somebody else look at a decision again, within the time that its statement of reasons names. */
export function AppealButton({ slug, decision, until }: { readonly slug: string; readonly decision: string; readonly until: string }) {
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const act = async () => {
    await makeAppeal(slug, decision, reason.trim())
    await Promise.all(['review', 'published'].map((key) => client.invalidateQueries({ queryKey: [key] })))
  }
  return (
    <Confirm
      trigger={<Button>Appeal</Button>}
      title="Appeal against this decision?"
      yes="Appeal"
      danger={false}
      ready={reason.trim() !== ''}
      act={act}
    >
      <p>
        Once, until <Time at={until} to="day" />. Somebody looks at it again and tells you why.
      </p>
      <Reason value={reason} onChange={setReason} help="Why it is wrong. Whoever decides reads it." />
    </Confirm>
  )
}
