import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Checkbox, Form } from 'react-aria-components'
import { acceptancesQuery, acceptTerms, type BundleView, createDeveloper, type DeveloperView, termsQuery } from '../api/terms.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Problem } from '../parts/problem.tsx'
import { Time } from '../parts/time.tsx'
import { Documents } from '../user/terms.tsx'

/** Who publishes: an organisation that there is, or a new one. */
export function Organisation({
  known,
  chosen,
  onChoose,
}: {
  readonly known: readonly DeveloperView[]
  readonly chosen: string
  readonly onChoose: (id: string) => void
}) {
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [country, setCountry] = useState('')
  const act = useMutation({
    mutationFn: () => createDeveloper(name.trim(), country.trim().toUpperCase()),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['developers'] })
      onChoose(made.id)
    },
  })
  if (known.length > 0)
    return (
      <p className="field">
        <label htmlFor="organisation">Published by</label>
        <select id="organisation" value={chosen} onChange={(event) => onChoose(event.target.value)}>
          {known.map(({ id, name: called }) => (
            <option key={id} value={id}>
              {called}
            </option>
          ))}
        </select>
      </p>
    )
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault()
        act.mutate()
      }}
    >
      <p className="help">Connectors are published by an organisation, which may be yourself. Its country decides who it has the agreement with.</p>
      <Field label="Name of the organisation" isRequired maxLength={80} value={name} onChange={setName} />
      <Field label="Country" help="Two letters, such as IE." isRequired pattern="[A-Za-z]{2}" maxLength={2} value={country} onChange={setCountry} />
      {act.error === null ? null : <Problem error={act.error} />}
      <div className="actions">
        <Button type="submit" tone="main" pending={act.isPending}>
          Make the organisation
        </Button>
      </div>
    </Form>
  )
}

/** The terms in force, to read and to accept; once accepted, when. */
export function AcceptTerms({ developer, onAccepted }: { readonly developer: string; readonly onAccepted: (is: boolean) => void }) {
  const bundle = useQuery(termsQuery)
  const acceptances = useQuery(acceptancesQuery(developer))
  if (bundle.data === undefined || acceptances.data === undefined) {
    const error = bundle.error ?? acceptances.error
    return error === null ? null : <Problem error={error} />
  }
  const current = acceptances.data.items.find(({ documents }) => covers(documents, bundle.data))
  return current === undefined ? (
    <Accepting developer={developer} bundle={bundle.data} onAccepted={() => onAccepted(true)} />
  ) : (
    <p className="help">
      The terms in force were accepted on <Time at={current.at} />.
    </p>
  )
}

export function covers(accepted: readonly { readonly document: string; readonly sha256: string }[], bundle: BundleView): boolean {
  return bundle.documents.every(({ document, sha256 }) => accepted.some((one) => one.document === document && one.sha256 === sha256))
}

function Accepting({ developer, bundle, onAccepted }: { readonly developer: string; readonly bundle: BundleView; readonly onAccepted: () => void }) {
  const client = useQueryClient()
  const [read, setRead] = useState(false)
  const act = useMutation({
    mutationFn: () => acceptTerms(developer, bundle),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['acceptances', developer] })
      onAccepted()
    },
  })
  return (
    <>
      <Documents bundle={bundle} />
      <Checkbox className="check" isSelected={read} onChange={setRead}>
        <span className="box" aria-hidden="true" />I have read these documents and may accept them for the organisation.
      </Checkbox>
      {act.error === null ? null : <Problem error={act.error} />}
      <div className="actions">
        <Button tone="main" isDisabled={!read} pending={act.isPending} onPress={() => act.mutate()}>
          Accept
        </Button>
      </div>
    </>
  )
}
