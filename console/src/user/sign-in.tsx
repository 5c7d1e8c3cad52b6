import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Navigate, useRouter, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { enter, instanceQuery, sessionQuery, signIn } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Page } from '../parts/page.tsx'
import { Problem } from '../parts/problem.tsx'

export function SignInPage() {
  const { to } = useSearch({ from: '/door/sign-in' })
  const { data: instance } = useQuery(instanceQuery)
  const { data: session } = useQuery(sessionQuery)
  const client = useQueryClient()
  const router = useRouter()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const act = useMutation({
    mutationFn: signIn,
    onSuccess: (begun) => {
      enter(client, begun)
      router.history.replace(to ?? '/')
    },
  })
  if (session != null && !act.isSuccess) return <Navigate to="/" replace />
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
  return (
    <Page title="Sign in" width="text" lead={instance === undefined ? undefined : <Foreign text={instance.name} />}>
      {to?.startsWith('/authorize/') ? <p className="hint">An assistant asks to act for you. Sign in to see what it asks for, and decide.</p> : null}
      {to?.startsWith('/approvals/') ? <p className="hint">An assistant asks for your approval. Sign in to see what it wants to do.</p> : null}
      <Form
        onSubmit={(event) => {
          event.preventDefault()
          act.mutate({ email, password })
        }}
      >
        <Field label="E-mail" type="email" name="email" autoComplete="username" isRequired value={email} onChange={setEmail} />
        <Field label="Password" type="password" name="password" autoComplete="current-password" isRequired value={password} onChange={setPassword} />
        {act.error === null ? null : <Problem error={act.error} />}
        <Button type="submit" tone="main" pending={act.isPending}>
          Sign in
        </Button>
      </Form>
      <p className="help">Forgotten the password? An operator can make you a new one-time link.</p>
    </Page>
  )
}
