import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { type ApprovalDetail, approvalQuery } from '../api/approvals.ts'
import { Countdown } from '../parts/countdown.tsx'
import { Effect } from '../parts/effect.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Page } from '../parts/page.tsx'
import { Answered } from '../parts/states.tsx'
import { ApprovalEnd } from './approval-end.tsx'
import { Arguments } from './arguments.tsx'
import { Decide } from './decide.tsx'
import { Needs } from './needs.tsx'

/** One call and exactly what it would send; then yes or no. */
export function ApprovalPage() {
  const { id } = useParams({ from: '/house/approvals/$id' })
  const asked = useQuery(approvalQuery(id))
  if (asked.data === undefined)
    return (
      <Page title="Approval">
        <Answered asked={asked} what="the call">
          {() => null}
        </Answered>
      </Page>
    )
  return <ApprovalSheet key={id} of={asked.data} />
}

function ApprovalSheet({ of }: { readonly of: ApprovalDetail }) {
  const { state } = of
  const [before] = useState(state)
  return (
    <Page
      title={of.tool.title ?? of.tool.name}
      lead={
        <>
          <Foreign text={of.assistant.name} /> wants to use{' '}
          <Link to="/connectors/$slug" params={{ slug: of.connector.slug }}>
            <Foreign text={of.connector.name} />
          </Link>{' '}
          for you.
        </>
      }
      aside={
        state === 'waiting' ? (
          <p className="remaining">
            <Countdown to={of.expiresAt} /> <span className="help">left; then it is a no</span>
          </p>
        ) : undefined
      }
      width="text"
    >
      {state === 'waiting' ? null : <ApprovalEnd of={of} state={state} isNew={before === 'waiting'} />}
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
      </section>
      {of.asks === 'you' ? null : <Needs needs={of.needs} />}
      {of.refusal === null ? null : (
        <section className="panel">
          <p>
            <strong>
              <Foreign text={of.refusal.by} /> said no.
            </strong>{' '}
            <Foreign text={of.refusal.reason} />
          </p>
        </section>
      )}
      <Arguments of={of.arguments} text={of.argumentsText} sha256={of.argumentsSha256} />
      {state === 'waiting' ? <Decide of={of} /> : null}
    </Page>
  )
}
