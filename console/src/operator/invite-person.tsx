import type { Role } from '@handfast/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { invite } from '../api/people.ts'
import { Button } from '../parts/button.tsx'
import { Sheet } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { Problem } from '../parts/problem.tsx'
import { OneTimeLink } from './one-time-link.tsx'
import { RoleChoice } from './role-choice.tsx'

export function InvitePerson() {
  return (
    <Sheet trigger={<Button tone="main">Invite somebody</Button>} title="Invite somebody" alert>
      {(close) => <Inviting close={close} />}
    </Sheet>
  )
}

function Inviting({ close }: { readonly close: () => void }) {
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [roles, setRoles] = useState<readonly Role[]>(['user'])
  const act = useMutation({
    mutationFn: () => invite({ name: name.trim(), email: email.trim(), roles }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['people'] }),
  })
  if (act.data !== undefined) return <OneTimeLink issued={act.data} close={close} />
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault()
        act.mutate()
      }}
    >
      <Field label="Name" isRequired maxLength={100} value={name} onChange={setName} />
      <Field
        label="E-mail"
        help="To sign in with. Nothing is sent there: you hand over the link yourself."
        type="email"
        isRequired
        value={email}
        onChange={setEmail}
      />
      <RoleChoice roles={roles} onChange={setRoles} />
      {act.error === null ? null : <Problem error={act.error} />}
      <div className="actions">
        <Button type="submit" tone="main" pending={act.isPending}>
          Make the link
        </Button>
        <Button onPress={close}>Cancel</Button>
      </div>
    </Form>
  )
}
