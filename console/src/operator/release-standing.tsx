import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ReleaseDetail } from '../api/publishing.ts'
import { claimRelease, giveBackRelease, withdrawRelease } from '../api/review.ts'
import { Button } from '../parts/button.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Problem } from '../parts/problem.tsx'
import { Reason } from '../parts/reason.tsx'
import { useRole } from '../parts/session.tsx'
import { Time } from '../parts/time.tsx'

const words = {
  submitted: 'It waits for a reviewer.',
  'in-review': 'It is being reviewed.',
  'changes-requested': 'It was sent back for changes. Hand in another release.',
  approved: 'It was approved.',
  rejected: 'It was turned down.',
  withdrawn: 'Its developer took it back.',
  superseded: 'Another release took its place.',
} as const

/** Where a release stands, why it has that place, and what was attested with it. */
export function ReleaseStanding({ slug, of }: { readonly slug: string; readonly of: ReleaseDetail }) {
  const waits = of.state === 'submitted' || of.state === 'in-review'
  return (
    <section>
      <h2>Where it stands</h2>
      <p>
        {words[of.state]}
        {of.reviewersNeeded > 1 ? ` ${of.agreedBy.length} of ${of.reviewersNeeded} different reviewers said yes.` : ''}
        {of.claimedUntil === null ? null : (
          <>
            {' '}
            A reviewer has it in hand until <Time at={of.claimedUntil} to="second" />.
          </>
        )}
      </p>
      {of.risk === null ? null : (
        <details>
          <summary>Risk {of.risk.score} of 100</summary>
          <ul className="plain-list">
            {of.risk.because.map(({ why, points }) => (
              <li key={why}>
                {points}: {why}
              </li>
            ))}
          </ul>
        </details>
      )}
      {of.attestations === null ? null : (
        <details>
          <summary>{of.attestations.how === 'ticked' ? 'What its developer attested to' : 'What handing it in attested to'}</summary>
          <ul className="plain-list">
            {of.attestations.made.map(({ id, says, clause }) => (
              <li key={id}>
                {says ?? `Words that were not kept (${id}).`} <span className="help">clause {clause}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {of.releaseNotes === '' ? null : (
        <p>
          <Foreign text={of.releaseNotes} lines />
        </p>
      )}
      {waits ? <InHand slug={slug} of={of} /> : null}
    </section>
  )
}

function InHand({ slug, of }: { readonly slug: string; readonly of: ReleaseDetail }) {
  const reviews = useRole('reviewer')
  const publishes = useRole('developer')
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const again = () => Promise.all(['published', 'review'].map((key) => client.invalidateQueries({ queryKey: [key] })))
  const hand = useMutation({
    mutationFn: async (take: boolean) => {
      if (take) await claimRelease(slug, of.number)
      else await giveBackRelease(slug, of.number)
    },
    onSettled: again,
  })
  return (
    <>
      {hand.error === null ? null : <Problem error={hand.error} />}
      <div className="actions">
        {reviews && of.claimedUntil === null ? (
          <Button pending={hand.isPending} onPress={() => hand.mutate(true)}>
            Take it in hand
          </Button>
        ) : null}
        {reviews && of.claimedUntil !== null ? (
          <Button pending={hand.isPending} onPress={() => hand.mutate(false)}>
            Give it back
          </Button>
        ) : null}
        {publishes ? (
          <Confirm
            trigger={<Button>Take the release back</Button>}
            title="Take this release back?"
            yes="Take it back"
            act={async () => {
              await withdrawRelease(slug, of.number, reason.trim())
              await again()
            }}
          >
            <p>Nobody reviews it any more. What is live stays live.</p>
            <Reason value={reason} onChange={setReason} isRequired={false} help="Kept with the decision." />
          </Confirm>
        ) : null}
      </div>
    </>
  )
}
