import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { dismissFinding } from '../api/review.ts'
import { Button } from '../parts/button.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { Reason } from '../parts/reason.tsx'

/** Puts a finding aside, with a reason that the developer and later reviewers read. */
export function Dismiss({ slug, number, finding }: { readonly slug: string; readonly number: number; readonly finding: string }) {
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const act = async () => {
    await dismissFinding(slug, number, finding, reason.trim())
    await Promise.all(['review', 'published'].map((key) => client.invalidateQueries({ queryKey: [key] })))
  }
  return (
    <Confirm
      trigger={<Button tone="quiet">Put aside</Button>}
      title="Put this finding aside?"
      yes="Put aside"
      danger={false}
      ready={reason.trim() !== ''}
      act={act}
    >
      <p>It stays aside in later releases, until the words in question change.</p>
      <Reason value={reason} onChange={setReason} help="The developer and later reviewers read it." />
    </Confirm>
  )
}
