import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ReleaseDetail } from '../api/publishing.ts'
import { decideRelease, type Verdict } from '../api/review.ts'
import { Button } from '../parts/button.tsx'
import { Problem } from '../parts/problem.tsx'
import { Reason } from '../parts/reason.tsx'
import { useRole } from '../parts/session.tsx'

/** Approve exactly the release on the screen, send it back, or reject it. */
export function ReleaseDecision({ slug, of }: { readonly slug: string; readonly of: ReleaseDetail }) {
  const reviews = useRole('reviewer')
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const act = useMutation({
    mutationFn: (decision: Verdict) => decideRelease(slug, of, decision, reason.trim()),
    onSettled: () => Promise.all(['review', 'published', 'directory', 'connector'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  })
  const blocked = of.findings.some((finding) => finding.severity === 'blocks' && finding.dismissed === null)
  if (!reviews) return <p className="help">It waits for somebody with the role reviewer.</p>
  return (
    <section className="choice" aria-label="Decision">
      <h2>Decide</h2>
      <p>
        {of.agreedBy.length + 1 < of.reviewersNeeded
          ? 'It needs two different reviewers: your yes is the first, and it is not live yet.'
          : 'Approving makes this release live at once.'}{' '}
        {blocked ? 'It cannot be approved while a finding blocks it.' : ''}
      </p>
      <Reason value={reason} onChange={setReason} isRequired={false} help="Needed for a no. The developer reads it." />
      {act.error === null ? null : <Problem error={act.error} />}
      <div className="actions">
        <Button
          tone="main"
          isDisabled={blocked || act.isPending}
          pending={act.isPending && act.variables === 'approve'}
          onPress={() => act.mutate('approve')}
        >
          Approve
        </Button>
        <Button
          isDisabled={reason.trim() === '' || act.isPending}
          pending={act.isPending && act.variables === 'request-changes'}
          onPress={() => act.mutate('request-changes')}
        >
          Send back for changes
        </Button>
        <Button
          tone="danger"
          isDisabled={reason.trim() === '' || act.isPending}
          pending={act.isPending && act.variables === 'reject'}
          onPress={() => act.mutate('reject')}
        >
          Reject
        </Button>
      </div>
    </section>
  )
}
