import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { Form } from 'react-aria-components'
import { assistantsQuery, type CreatedToken, createToken } from '../api/tokens.ts'
import { Button } from '../parts/button.tsx'
import { Copyable } from '../parts/copy.tsx'
import { Sheet } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { Problem } from '../parts/problem.tsx'
import { ClientConfiguration } from './client-configuration.tsx'

const DAY = 86_400_000
const spans = [
  { days: 30, label: '30 days' },
  { days: 90, label: '90 days' },
  { days: 365, label: 'One year' },
  { days: 0, label: 'Until I revoke it' },
] as const

export function CreateToken() {
  return (
    <Sheet trigger={<Button tone="main">Make a token</Button>} title="Make a token" alert>
      {(close) => <Making close={close} />}
    </Sheet>
  )
}

function Making({ close }: { readonly close: () => void }) {
  const client = useQueryClient()
  const { data: assistants } = useQuery(assistantsQuery)
  const [assistant, setAssistant] = useState('')
  const [name, setName] = useState('')
  const [days, setDays] = useState(90)
  const span = useId()
  const act = useMutation({
    mutationFn: () =>
      createToken({
        assistant: assistant.trim(),
        name: name.trim() === '' ? assistant.trim() : name.trim(),
        ...(days === 0 ? {} : { expiresAt: new Date(Date.now() + days * DAY).toISOString() }),
      }),
    onSuccess: () => Promise.all([client.invalidateQueries({ queryKey: ['tokens'] }), client.invalidateQueries({ queryKey: ['assistants'] })]),
  })
  if (act.data !== undefined) return <Made made={act.data} close={close} />
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault()
        act.mutate()
      }}
    >
      <Field
        label="Assistant"
        help={known(assistants?.items.map((item) => item.name) ?? [])}
        isRequired
        maxLength={100}
        value={assistant}
        onChange={setAssistant}
        placeholder="Claude Code"
      />
      <Field
        label="Name of the token"
        help="So that you know it again, such as the machine it is for. Optional."
        maxLength={100}
        value={name}
        onChange={setName}
      />
      <div className="field">
        <label htmlFor={span}>Works for</label>
        <select id={span} value={days} onChange={(event) => setDays(Number(event.target.value))}>
          {spans.map((each) => (
            <option key={each.days} value={each.days}>
              {each.label}
            </option>
          ))}
        </select>
      </div>
      {act.error === null ? null : <Problem error={act.error} />}
      <div className="actions">
        <Button type="submit" tone="main" pending={act.isPending}>
          Make it
        </Button>
        <Button onPress={close}>Cancel</Button>
      </div>
    </Form>
  )
}

function known(names: readonly string[]): string {
  const said = 'The program that will hold the token; it is named in approvals and in the record of calls.'
  return names.length === 0 ? said : `${said} So far: ${names.slice(0, 5).join(', ')}.`
}

function Made({ made, close }: { readonly made: CreatedToken; readonly close: () => void }) {
  return (
    <>
      <p role="status">
        <strong>This is the only time the token is shown.</strong> Copy it now, alone or inside the configuration of your assistant.
      </p>
      <Copyable label="Token" text={made.secret} />
      <h3>Configuration for your assistant</h3>
      <ClientConfiguration secret={made.secret} />
      <div className="actions">
        <Button tone="main" onPress={close}>
          I have kept it
        </Button>
      </div>
    </>
  )
}
