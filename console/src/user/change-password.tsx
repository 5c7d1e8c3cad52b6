import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { keepProof } from '../api/ask.ts'
import { waysInQuery } from '../api/security.ts'
import { changePassword, sessionQuery } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { Problem } from '../parts/problem.tsx'
import { NewPassword } from './password-fields.tsx'

/** A new password; every other browser is signed out with it. */
export function ChangePassword({ has }: { readonly has: boolean }) {
  const client = useQueryClient()
  const [password, setPassword] = useState('')
  const [round, setRound] = useState(0)
  const act = useMutation({
    mutationFn: changePassword,
    onSuccess: (session) => {
      keepProof(session.csrf)
      client.setQueryData(sessionQuery.queryKey, session)
      void client.invalidateQueries({ queryKey: ['sessions'] })
      void client.invalidateQueries(waysInQuery)
      setPassword('')
      setRound(round + 1)
    },
  })
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault()
        if (password !== '') act.mutate({ password })
      }}
    >
      <NewPassword key={round} label="New password" onChange={setPassword} />
      {act.error === null ? null : <Problem error={act.error} />}
      <div className="actions">
        <Button type="submit" pending={act.isPending} isDisabled={password === ''}>
          {has ? 'Change password' : 'Set a password'}
        </Button>
        <span role="status" className="help">
          {act.isSuccess ? 'Changed. Every other browser was signed out.' : ''}
        </span>
      </div>
    </Form>
  )
}
