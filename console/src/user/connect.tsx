import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { type ConnectPage, connectPageQuery, declinePage } from '../api/accounts.ts'
import { ApiError } from '../api/ask.ts'
import { Button } from '../parts/button.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Page } from '../parts/page.tsx'
import { Problem } from '../parts/problem.tsx'
import { useSession } from '../parts/session.tsx'
import { Answered } from '../parts/states.tsx'
import { LinkAccount } from './link-account.tsx'

/** Where an assistant sends its user when a call needs an account. Only the person it was made for gets further than the first line. */
export function ConnectPageView() {
  const { id } = useParams({ from: '/house/connect/$id' })
  const asked = useQuery(connectPageQuery(id))
  if (asked.data === undefined)
    return (
      <Page title="Link an account" width="text">
        {asked.error instanceof ApiError ? (
          <Problem error={asked.error} />
        ) : (
          <Answered asked={asked} what="what this page is about">
            {() => null}
          </Answered>
        )}
      </Page>
    )
  return <Connect key={id} of={asked.data} />
}

const reasons: Readonly<Record<ConnectPage['why'], (name: string) => string>> = {
  missing: (name) => `A call of your assistant needs an account of yours at ${name}.`,
  ended: (name) => `Your sign-in at ${name} has ended. A call of your assistant waits for a new one.`,
  more: (name) => `A call of your assistant needs more than your account at ${name} has granted.`,
  moved: (name) =>
    `${name} is at another address now than when you linked your account, and was reviewed there. Your account is not used there until you link it again.`,
}

const titles: Readonly<Record<ConnectPage['why'], (name: string) => string>> = {
  missing: (name) => `Link your account at ${name}`,
  ended: (name) => `Sign in again at ${name}`,
  more: (name) => `Grant more at ${name}`,
  moved: (name) => `Link your account at ${name} again`,
}

function Connect({ of }: { readonly of: ConnectPage }) {
  const client = useQueryClient()
  const session = useSession()
  const fresh = () => client.invalidateQueries({ queryKey: ['connect', of.id] })
  const decline = useMutation({ mutationFn: () => declinePage(of.id), onSettled: fresh })
  const { slug, name } = of.connector
  if (of.state !== 'open') return <Over of={of} />
  return (
    <Page title={titles[of.why](name)} width="text" lead={<Foreign text={reasons[of.why](name)} />}>
      <p className="help">
        {session?.hostedBy == null ? (
          <>
            You are signed in to Handfast as <Foreign text={session?.user.email ?? ''} />.
          </>
        ) : (
          <>
            Your assistant signed you in as <Foreign text={session.user.name} />.
          </>
        )}{' '}
        The account is linked for you and for nobody else. If you did not ask an assistant for this, close this page.
      </p>
      {of.why === 'more' && of.scopes.length > 0 ? (
        <p>
          What the call needs: <Foreign text={of.scopes.join(', ')} />
        </p>
      ) : null}
      <section className="panel">
        <LinkAccount
          slug={slug}
          name={name}
          kind={of.kind}
          wish={{ page: of.id, ...(of.account === null ? {} : { account: of.account }) }}
          onDone={() => void fresh()}
        >
          <Button tone="quiet" pending={decline.isPending} onPress={() => decline.mutate()}>
            Do not link
          </Button>
        </LinkAccount>
        {decline.error === null ? null : <Problem error={decline.error} />}
      </section>
    </Page>
  )
}

function Over({ of }: { readonly of: ConnectPage }) {
  const words: Readonly<Record<Exclude<ConnectPage['state'], 'open'>, string>> = {
    done: 'The account is linked. Go back to your assistant: the call goes on by itself, or when it is made again.',
    declined: 'No account was linked. The assistant is told so when it makes the call again.',
    over: 'This page is out of time. Make the call again to get a fresh one, or link the account on the page of the connector.',
  }
  return (
    <Page title={of.state === 'done' ? 'Linked' : of.state === 'declined' ? 'Not linked' : 'Out of time'} width="text">
      <p className={of.state === 'done' ? 'notice good' : 'notice'} role="status">
        {words[of.state === 'open' ? 'over' : of.state]}
      </p>
      <p>
        <Link to="/connectors/$slug" params={{ slug: of.connector.slug }}>
          <Foreign text={`To ${of.connector.name}`} />
        </Link>
      </p>
    </Page>
  )
}
