import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type ConnectorDetail, type Steering, steer } from '../api/publishing.ts'
import { Button } from '../parts/button.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { Reason } from '../parts/reason.tsx'

type Suspenders = NonNullable<ConnectorDetail['inside']>['suspendedBy']

/** The switches: stop, go on, end. Each is recorded with its reason and holds for the next call, everywhere. */
export function Steer({ of, suspendedBy }: { readonly of: ConnectorDetail; readonly suspendedBy: Suspenders }) {
  return (
    <section>
      <h2>Switches</h2>
      {suspendedBy.length === 0 ? null : (
        <p className="help">Suspended by the {suspendedBy.join(' and the ')}. Each side lifts its own suspension only.</p>
      )}
      <div className="actions">
        {suspendedBy.length > 0 ? <Switch of={of} verb="reinstate" label="Reinstate" title="Let calls through again?" /> : null}
        <Switch of={of} verb="suspend" label="Suspend" title="Suspend this connector?" />
        <Switch of={of} verb="remove" label="Remove" title="Remove this connector for good?" />
      </div>
    </section>
  )
}

const effects: Readonly<Record<Steering, string>> = {
  suspend: 'No call of anybody reaches it until it is reinstated. Calls under way are let finish.',
  reinstate: 'Calls of everybody who enabled it go through again.',
  remove: 'It ends for everybody and cannot come back under this short name. The record of its calls stays with the people whose calls they were.',
}

function Switch({
  of,
  verb,
  label,
  title,
}: {
  readonly of: ConnectorDetail
  readonly verb: Steering
  readonly label: string
  readonly title: string
}) {
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const [typed, setTyped] = useState('')
  const act = async () => {
    await steer(of.slug, verb, reason.trim())
    setReason('')
    await Promise.all(['published', 'directory', 'connector'].map((key) => client.invalidateQueries({ queryKey: [key] })))
  }
  const final = verb === 'remove'
  return (
    <Confirm
      trigger={<Button tone={final ? 'danger' : 'plain'}>{label}</Button>}
      title={title}
      yes={label}
      danger={verb !== 'reinstate'}
      ready={reason.trim() !== '' && (!final || typed.trim() === of.slug)}
      act={act}
    >
      <p>{effects[verb]}</p>
      <Reason value={reason} onChange={setReason} help="Users and the developer read it." />
      {final ? <Field label={`Write ${of.slug} to confirm`} autoComplete="off" isRequired value={typed} onChange={setTyped} /> : null}
    </Confirm>
  )
}
