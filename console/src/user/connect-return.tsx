import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { accountName, type FinishedSignIn, finishSignIn } from '../api/accounts.ts'
import { Foreign } from '../parts/foreign.tsx'
import { Page } from '../parts/page.tsx'
import { Problem } from '../parts/problem.tsx'
import { Loading } from '../parts/states.tsx'
import { refresh } from './link-account.tsx'

type Outcome = { readonly done: FinishedSignIn } | { readonly error: unknown } | null

/** Read before the router tidies the address: it would take values for something else than text. */
const arrived = { path: location.pathname, search: location.search }

/** The answer of the provider counts once, so it is handed in once, however often the page comes up. */
const handedIn = new Map<string, Promise<FinishedSignIn>>()

/** Where a provider sends people back to. What it brought is taken out of the address before anything else happens. */
export function ConnectReturn() {
  const [outcome, setOutcome] = useState<Outcome>(null)
  const client = useQueryClient()
  useEffect(() => {
    const { pathname } = location
    if (location.search !== '') history.replaceState(history.state, '', pathname)
    const brought = new URLSearchParams(arrived.path === pathname ? arrived.search : '')
    const key = brought.get('state') ?? ''
    const answer = handedIn.get(key) ?? finishSignIn(pathname, brought)
    handedIn.set(key, answer)
    answer.then(
      async (done) => {
        await refresh(client, done.account.connector.slug)
        setOutcome({ done })
      },
      (error: unknown) => setOutcome({ error }),
    )
  }, [client])
  if (outcome === null)
    return (
      <Page title="Linking your account" width="text">
        <Loading what="the account, and asking the connector whether it takes it" />
      </Page>
    )
  if ('error' in outcome)
    return (
      <Page title="Nothing was linked" width="text">
        <Problem error={outcome.error} />
        <p>
          <Link to="/accounts">To your accounts</Link>
        </p>
      </Page>
    )
  return <Linked {...outcome.done} />
}

function Linked({ account, missing, forCall }: FinishedSignIn) {
  const { slug, name } = account.connector
  return (
    <Page title="Linked" width="text">
      <p className="notice good" role="status">
        <Foreign text={`${accountName(account)} at ${name} is linked`} />
        {account.testedAt === null ? '.' : ', and the connector takes it.'}
        {forCall ? ' Go back to your assistant: the call goes on by itself, or when it is made again.' : ''}
      </p>
      {account.health.reason === null ? null : (
        <p className="notice caution">
          <Foreign text={account.health.reason} />
        </p>
      )}
      {missing.length === 0 ? null : (
        <p className="notice caution">
          The provider did not grant <Foreign text={missing.join(', ')} />. The call that needs it will be refused.
        </p>
      )}
      <p>
        <Link to="/connectors/$slug" params={{ slug }}>
          <Foreign text={`Not this account? Choose another on the page of ${name}`} />
        </Link>
      </p>
    </Page>
  )
}
