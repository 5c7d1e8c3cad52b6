import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Navigate, useRouter, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { ApiError } from '../api/ask.ts'
import { beginProvider, canUsePasskeys, signInByPasskey, signInWaysQuery } from '../api/security.ts'
import { type CurrentSession, enter, instanceQuery, sessionQuery, signIn } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Page } from '../parts/page.tsx'
import { PasskeyProblem } from '../parts/passkey-problem.tsx'
import { Problem } from '../parts/problem.tsx'
import { CodeField } from '../parts/prove.tsx'
import { goOn, isServerPage } from './go-on.ts'

export function SignInPage() {
  const { to, next = to } = useSearch({ from: '/door/sign-in' })
  const { data: instance } = useQuery(instanceQuery)
  const { data: session } = useQuery(sessionQuery)
  const { data: ways } = useQuery(signInWaysQuery)
  const client = useQueryClient()
  const router = useRouter()
  const [entered, setEntered] = useState(false)
  const on = (begun: CurrentSession) => {
    setEntered(true)
    enter(client, begun)
    const path = goOn(next)
    if (begun.lacks !== null) void router.navigate({ to: '/second-factor', search: next === undefined ? {} : { next }, replace: true })
    else if (isServerPage(path)) location.replace(path)
    else router.history.replace(path)
  }
  const away = useMutation({ mutationFn: (id: string) => beginProvider(id, next), onSuccess: ({ url }) => location.assign(url) })
  if (session != null && !entered) return <AlreadyIn next={next} />
  if (instance?.setUp === false)
    return (
      <Page title="Not set up yet" width="text">
        <p>
          When this Handfast started for the first time, it printed a link that begins with <code>{location.origin}/welcome#</code>. Open that link to
          become its first operator.
        </p>
        <p>The link works once. If it is lost, start the server again: it prints a new one as long as nobody has used it.</p>
      </Page>
    )
  const providers = ways?.providers ?? []
  return (
    <Page title="Sign in" width="text" lead={instance === undefined ? undefined : <Foreign text={instance.name} />}>
      {next?.startsWith('/approvals/') ? <p className="hint">An assistant asks for your approval. Sign in to see what it wants to do.</p> : null}
      {next !== undefined && isServerPage(next) ? (
        <p className="hint">An assistant wants to connect to your account here. Sign in to look at it.</p>
      ) : null}
      {canUsePasskeys() ? <ByPasskey on={on} /> : null}
      {providers.length === 0 ? null : (
        <div className="providers">
          {providers.map(({ id, name }) => (
            <Button key={id} pending={away.isPending && away.variables === id} onPress={() => away.mutate(id)}>
              <span>
                Continue with <Foreign text={name} />
              </span>
            </Button>
          ))}
          {away.error === null ? null : <Problem error={away.error} />}
        </div>
      )}
      {canUsePasskeys() || providers.length > 0 ? <p className="or">or with your password</p> : null}
      <ByPassword on={on} main={!canUsePasskeys()} />
      <p className="help">Forgotten the password, or lost phone and key? An operator can make you a new one-time link.</p>
    </Page>
  )
}

function AlreadyIn({ next }: { readonly next: string | undefined }) {
  const path = goOn(next)
  if (!isServerPage(path)) return <Navigate to={path} replace />
  location.replace(path)
  return null
}

function ByPasskey({ on }: { readonly on: (session: CurrentSession) => void }) {
  const act = useMutation({ mutationFn: signInByPasskey, onSuccess: on })
  return (
    <div className="providers">
      <Button tone="main" pending={act.isPending} onPress={() => act.mutate()}>
        Sign in with a passkey
      </Button>
      {act.error === null ? null : <PasskeyProblem error={act.error} />}
    </div>
  )
}

function ByPassword({ on, main }: { readonly on: (session: CurrentSession) => void; readonly main: boolean }) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [asksCode, setAsksCode] = useState(false)
  const act = useMutation({
    mutationFn: signIn,
    onSuccess: on,
    onError: (error) => {
      if (error instanceof ApiError && error.code === 'people/code-needed') setAsksCode(true)
    },
  })
  // That a code is needed is not a failure: the field for it stands there now.
  const problem = act.error instanceof ApiError && act.error.code === 'people/code-needed' ? null : act.error
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault()
        act.mutate({ email, password, ...(code.trim() === '' ? {} : { code: code.trim() }) })
      }}
    >
      <Field label="E-mail" type="email" name="email" autoComplete="username" isRequired value={email} onChange={setEmail} />
      <Field label="Password" type="password" name="password" autoComplete="current-password" isRequired value={password} onChange={setPassword} />
      {asksCode ? <CodeField value={code} onChange={setCode} autoFocus /> : null}
      {problem === null ? null : <Problem error={problem} />}
      <Button type="submit" tone={main ? 'main' : 'plain'} pending={act.isPending}>
        Sign in
      </Button>
    </Form>
  )
}
