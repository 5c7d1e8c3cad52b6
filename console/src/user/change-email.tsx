import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { changeEmail, changeName } from '../api/security.ts'
import { sessionQuery } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Problem } from '../parts/problem.tsx'
import { useSession } from '../parts/session.tsx'

/** Another address to sign in with. Nobody writes to it: this Handfast sends no mail. */
export function ChangeEmail() {
  return (
    <Change
      field="email"
      label="New e-mail address"
      yes="Change the address"
      help="You sign in with it from then on. Links that were made for the old one stop working."
      act={changeEmail}
    />
  )
}

export function ChangeName() {
  return <Change field="name" label="Your name" yes="Save the name" help="Your operator and colleagues see it." act={changeName} />
}

function Change({
  field,
  label,
  help,
  yes,
  act: send,
}: {
  readonly field: 'email' | 'name'
  readonly label: string
  readonly help: string
  readonly yes: string
  readonly act: (text: string) => Promise<unknown>
}) {
  const session = useSession()
  const client = useQueryClient()
  const now = session?.user[field] ?? ''
  const [text, setText] = useState(now)
  const act = useMutation({ mutationFn: send, onSuccess: () => client.invalidateQueries(sessionQuery) })
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault()
        act.mutate(text.trim())
      }}
    >
      <Field
        label={label}
        help={help}
        type={field === 'email' ? 'email' : 'text'}
        autoComplete={field === 'email' ? 'email' : 'name'}
        isRequired
        maxLength={field === 'email' ? 254 : 100}
        value={text}
        onChange={setText}
      />
      {act.error === null ? null : <Problem error={act.error} />}
      <div className="actions">
        <Button type="submit" pending={act.isPending} isDisabled={text.trim() === '' || text.trim() === now}>
          {yes}
        </Button>
        <span role="status" className="help">
          {act.isSuccess && text.trim() === now ? 'Saved.' : ''}
        </span>
      </div>
    </Form>
  )
}
