import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { type ApprovalRequestDetail, decideRequest, requestQuery } from '../api/workspaces.ts'
import { Button } from '../parts/button.tsx'
import { Countdown } from '../parts/countdown.tsx'
import { Effect } from '../parts/effect.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { News } from '../parts/news.tsx'
import { Page } from '../parts/page.tsx'
import { Problem } from '../parts/problem.tsx'
import { Reason } from '../parts/reason.tsx'
import { Answered } from '../parts/states.tsx'
import { Arguments } from './arguments.tsx'
import { Needs } from './needs.tsx'

/** A colleague's call that a rule puts before whoever is here, with exactly what it would send. */
export function ApprovalRequestPage() {
  const { id } = useParams({ from: '/house/approval-requests/$id' })
  const asked = useQuery(requestQuery(id))
  if (asked.data === undefined)
    return (
      <Page title="A colleague's call">
        <Answered asked={asked} what="the call">
          {() => null}
        </Answered>
      </Page>
    )
  return <Request key={id} of={asked.data} />
}

function Request({ of }: { readonly of: ApprovalRequestDetail }) {
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const act = useMutation({
    mutationFn: (yes: boolean) => decideRequest(of.id, yes || reason.trim() === '' ? { yes } : { yes, reason: reason.trim() }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['approval-requests'] }),
  })
  const said = act.isSuccess ? act.variables : undefined
  return (
    <Page
      title={of.tool.title ?? of.tool.name}
      lead={
        <>
          <Foreign text={of.assistant.name} /> wants to use <Foreign text={of.connector.name} /> for <Foreign text={of.asker.name} />. A rule of your
          workspace asks you.
        </>
      }
      aside={
        <p className="remaining">
          <Countdown to={of.expiresAt} /> <span className="help">left; then it is a no</span>
        </p>
      }
      width="text"
    >
      {said === undefined ? null : (
        <News isNew tone={said ? 'good' : 'caution'}>
          <p>
            <strong>{said ? 'You said yes.' : 'You said no.'}</strong>{' '}
            {said ? 'The call is made once everybody who is asked has said so.' : 'Nothing is sent, and they are told.'}{' '}
            <Link to="/approvals">Back to approvals</Link>
          </p>
        </News>
      )}
      <section className="panel">
        <p>
          <Effect effect={of.tool.effect} /> <Foreign text={of.effect} />
        </p>
        <p className="help">
          <code>
            <Foreign text={of.tool.name} />
          </code>{' '}
          <Foreign text={of.tool.description} />
        </p>
        <p className="help">That you looked at this call is recorded.</p>
      </section>
      <Needs needs={of.needs} />
      <Arguments of={of.arguments} text={of.argumentsText} sha256={of.argumentsSha256} />
      {said === undefined ? (
        <section className="decide" aria-label="Your answer">
          {act.error === null ? null : <Problem error={act.error} />}
          <Reason value={reason} onChange={setReason} help="With a no: they and their assistant read it." isRequired={false} />
          <div className="actions">
            <Button tone="main" pending={act.isPending && act.variables} isDisabled={act.isPending} onPress={() => act.mutate(true)}>
              Yes, to this call
            </Button>
            <Button tone="danger" pending={act.isPending && !act.variables} isDisabled={act.isPending} onPress={() => act.mutate(false)}>
              No
            </Button>
          </div>
        </section>
      ) : null}
    </Page>
  )
}
