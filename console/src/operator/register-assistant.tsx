import type { RegisteredAssistant } from '@handfast/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Checkbox, Form } from 'react-aria-components'
import { registerAssistant } from '../api/assistants.ts'
import { Button } from '../parts/button.tsx'
import { Copyable } from '../parts/copy.tsx'
import { Sheet } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { Problem } from '../parts/problem.tsx'

/** Registers an assistant that cannot do it itself, or that is to be known by name. */
export function RegisterAssistant() {
  return (
    <Sheet trigger={<Button tone="main">Register an assistant</Button>} title="Register an assistant">
      {(close) => <Registering close={close} />}
    </Sheet>
  )
}

function Registering({ close }: { readonly close: () => void }) {
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [uris, setUris] = useState('')
  const [secret, setSecret] = useState(false)
  const act = useMutation({ mutationFn: registerAssistant, onSuccess: () => client.invalidateQueries({ queryKey: ['registrations'] }) })
  if (act.data !== undefined) return <Done of={act.data} close={close} />
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault()
        const redirectUris = uris.split(/\s+/).filter((uri) => uri !== '')
        act.mutate({ name, redirectUris, authMethod: secret ? 'client_secret_basic' : 'none' })
      }}
    >
      <Field label="Name" isRequired value={name} onChange={setName} />
      <Field
        label="Redirect addresses"
        help="Where it takes answers, separated by blanks. Compared letter by letter; only the port of a loopback address is free."
        isRequired
        value={uris}
        onChange={setUris}
      />
      <Checkbox className="check" isSelected={secret} onChange={setSecret}>
        <span className="box" aria-hidden="true" />
        <span>
          It keeps a secret <span className="help">A service on a server can. A program on somebody’s computer cannot.</span>
        </span>
      </Checkbox>
      {act.error === null ? null : <Problem error={act.error} />}
      <div className="actions">
        <Button type="submit" tone="main" pending={act.isPending}>
          Register
        </Button>
        <Button onPress={close}>Cancel</Button>
      </div>
    </Form>
  )
}

function Done({ of, close }: { readonly of: RegisteredAssistant; readonly close: () => void }) {
  return (
    <>
      <p>Give these to the assistant.{of.clientSecret === null ? '' : ' The secret is shown this once.'}</p>
      <Copyable label="Client id" text={of.clientId} />
      {of.clientSecret === null ? null : <Copyable label="Client secret" text={of.clientSecret} />}
      <div className="actions">
        <Button onPress={close}>Done</Button>
      </div>
    </>
  )
}
