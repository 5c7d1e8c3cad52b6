import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { keepProof } from '../api/ask.ts'
import { changePassword, sessionQuery } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Problem } from '../parts/problem.tsx'
import { NewPassword } from './password-fields.tsx'

/** A new password; every other browser is signed out with it. */
export function ChangePassword() {
  const client = useQueryClient()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const [round, setRound] = useState(0)
  const act = useMutation({
    mutationFn: changePassword,
    onSuccess: (session) => {
      keepProof(session.csrf)
      client.setQueryData(sessionQuery.queryKey, session)
      void client.invalidateQueries({ queryKey: ['sessions'] })
      setCurrent('')
      setPassword('')
      setRound(round + 1)
    },
  })
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault()
        if (password !== '') act.mutate({ current, password })
      }}
    >
      <Field label="Password now" type="password" autoComplete="current-password" isRequired value={current} onChange={setCurrent} />
      <NewPassword key={round} label="New password" onChange={setPassword} />
      {act.error === null ? null : <Problem error={act.error} />}
      <div className="actions">
        <Button type="submit" pending={act.isPending} isDisabled={password === '' || current === ''}>
          Change password
        </Button>
        <span role="status" className="help">
          {act.isSuccess ? 'Changed. Every other browser was signed out.' : ''}
        </span>
      </div>
    </Form>
  )
}
