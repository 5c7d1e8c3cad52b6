import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { type AuthorizationRequest, type Decision, decideRequest, requestQuery } from '../api/assistants.ts'
import { Button } from '../parts/button.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Page } from '../parts/page.tsx'
import { Problem } from '../parts/problem.tsx'
import { useSession } from '../parts/session.tsx'
import { Answered } from '../parts/states.tsx'
import { AccessChoice, type Chosen, scopesOf } from './access-choice.tsx'
import { Asking } from './asking.tsx'

/** An assistant asks to act for whoever is signed in. */
export function AuthorizePage() {
  const { id } = useParams({ from: '/house/authorize/$id' })
  const asked = useQuery(requestQuery(id))
  if (asked.data === undefined)
    return (
      <Page title="An assistant asks for access" width="text">
        <Answered asked={asked} what="what it asks for">
          {() => null}
        </Answered>
      </Page>
    )
  return <AccessSheet of={asked.data} decide={async (decision) => location.assign((await decideRequest(id, decision)).redirect)} />
}

/** What is asked, what of it is given, and yes or no. Saying yes is the last thing on the page. */
export function AccessSheet({ of, decide }: { readonly of: AuthorizationRequest; readonly decide: (decision: Decision) => Promise<void> }) {
  const client = useQueryClient()
  const session = useSession()
  const [chosen, setChosen] = useState<Chosen>({ changes: of.requested.includes('connectors:write'), connectors: null, stay: of.canStay })
  const act = useMutation({
    mutationFn: decide,
    onSuccess: () => client.invalidateQueries({ queryKey: ['grants'] }),
  })
  const busy = act.isPending || act.isSuccess
  const connectors = of.only === null ? chosen.connectors : null
  const nothing = connectors !== null && connectors.length === 0
  return (
    <Page
      title={`Let ${of.assistant.name} act for you?`}
      lead={of.known ? 'You let this assistant in before. This is one more access, beside what it holds.' : 'It has no access of yours yet.'}
      width="text"
    >
      <Asking of={of} />
      <AccessChoice of={of} chosen={chosen} onChange={setChosen} />
      <section className="decide" aria-label="Your answer">
        {act.error === null ? null : <Problem error={act.error} />}
        <div className="actions">
          <Button
            tone="main"
            pending={act.isPending && act.variables.yes}
            isDisabled={busy || nothing}
            onPress={() => act.mutate({ yes: true, scopes: scopesOf(chosen, of), connectors, stay: chosen.stay })}
          >
            Let it in
          </Button>
          <Button tone="danger" pending={act.isPending && !act.variables.yes} isDisabled={busy} onPress={() => act.mutate({ yes: false })}>
            No
          </Button>
        </div>
        <p className="help">
          {session === null ? null : (
            <>
              You decide as <Foreign text={`${session.user.name} (${session.user.email})`} />.{' '}
            </>
          )}
          It gets access at <Foreign text={of.resource} />. You can take it back at any time under Assistants.
        </p>
      </section>
    </Page>
  )
}
