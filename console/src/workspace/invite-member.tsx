import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Checkbox, Form } from 'react-aria-components'
import { inviteMember } from '../api/workspaces.ts'
import { OneTimeLink } from '../operator/one-time-link.tsx'
import { Button } from '../parts/button.tsx'
import { Sheet } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { Problem } from '../parts/problem.tsx'

export function InviteMember({ id }: { readonly id: string }) {
  return (
    <Sheet trigger={<Button tone="main">Invite somebody</Button>} title="Invite somebody into this workspace" alert>
      {(close) => <Inviting id={id} close={close} />}
    </Sheet>
  )
}

function Inviting({ id, close }: { readonly id: string; readonly close: () => void }) {
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [owner, setOwner] = useState(false)
  const act = useMutation({
    mutationFn: () => inviteMember(id, { name: name.trim(), email: email.trim(), owner }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['workspace', id, 'members'] }),
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
      <Field label="E-mail" help="To sign in with. An address belongs to one workspace." type="email" isRequired value={email} onChange={setEmail} />
      <Checkbox className="check" isSelected={owner} onChange={setOwner}>
        <span className="box" aria-hidden="true" />
        <span>
          Owner <span className="help">looks after people, groups and rules here</span>
        </span>
      </Checkbox>
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
