import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { becomeFirstOperator, enter } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Page } from '../parts/page.tsx'
import { Problem } from '../parts/problem.tsx'
import { useLinkToken } from './link-token.ts'
import { NewPassword } from './password-fields.tsx'

/** The first operator, with the link that the server printed. */
export function WelcomePage() {
  const token = useLinkToken()
  const client = useQueryClient()
  const router = useRouter()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const act = useMutation({
    mutationFn: becomeFirstOperator,
    onSuccess: (session) => {
      enter(client, session)
      void router.navigate({ to: '/', replace: true })
    },
  })
  if (token === '')
    return (
      <Page title="This link is not whole" width="text">
        <p>Open the whole link that the server printed, with everything after the # sign.</p>
        <p>
          Already set up? <Link to="/sign-in">Sign in</Link>
        </p>
      </Page>
    )
  return (
    <Page title="Set up this Handfast" width="text" lead="You become its first operator: you decide which connectors run here and who may use them.">
      <Form
        onSubmit={(event) => {
          event.preventDefault()
          if (password !== '') act.mutate({ token, name: name.trim(), email: email.trim(), password })
        }}
      >
        <Field label="Your name" name="name" autoComplete="name" isRequired maxLength={100} value={name} onChange={setName} />
        <Field
          label="E-mail"
          help="You sign in with it."
          type="email"
          name="email"
          autoComplete="username"
          isRequired
          value={email}
          onChange={setEmail}
        />
        <NewPassword onChange={setPassword} />
        {act.error === null ? null : <Problem error={act.error} />}
        <Button type="submit" tone="main" pending={act.isPending} isDisabled={password === ''}>
          Set up
        </Button>
      </Form>
    </Page>
  )
}
