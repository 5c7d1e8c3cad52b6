import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { ApiError } from '../api/ask.ts'
import { acceptInvitation, enter } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Page } from '../parts/page.tsx'
import { Problem } from '../parts/problem.tsx'
import { CodeField } from '../parts/prove.tsx'
import { useLinkToken } from './link-token.ts'
import { NewPassword } from './password-fields.tsx'

/** Somebody invited, or somebody who lost the password: the same one-time link, the same page. */
export function InvitationPage() {
  const token = useLinkToken()
  const client = useQueryClient()
  const router = useRouter()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const act = useMutation({
    mutationFn: acceptInvitation,
    onSuccess: (session) => {
      enter(client, session)
      void router.navigate({ to: '/', replace: true })
    },
  })
  const needsCode = act.error instanceof ApiError && (act.error.code === 'people/code-needed' || act.error.code === 'people/code-wrong')
  if (token === '')
    return (
      <Page title="This link is not whole" width="text">
        <p>Open the whole link that you were given, with everything after the # sign. It works once.</p>
        <p>
          <Link to="/sign-in">Sign in</Link>
        </p>
      </Page>
    )
  return (
    <Page title="Come in" width="text" lead="Choose the password that you will sign in with.">
      <Form
        onSubmit={(event) => {
          event.preventDefault()
          const given = { token, password, ...(name.trim() === '' ? {} : { name: name.trim() }), ...(code === '' ? {} : { code }) }
          if (password !== '') act.mutate(given)
        }}
      >
        <Field
          label="Your name"
          help="Leave it empty to keep the one that you were invited with."
          name="name"
          autoComplete="name"
          maxLength={100}
          value={name}
          onChange={setName}
        />
        <NewPassword onChange={setPassword} />
        {code !== '' || needsCode ? <CodeField value={code} onChange={setCode} /> : null}
        {act.error === null ? null : <Problem error={act.error} />}
        <Button type="submit" tone="main" pending={act.isPending} isDisabled={password === ''}>
          Set password and sign in
        </Button>
      </Form>
    </Page>
  )
}
