import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { addPasskey, canUsePasskeys, type PasskeyView, removePasskey, renamePasskey, waysInQuery } from '../api/security.ts'
import { sessionQuery } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { Confirm, Sheet } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { PasskeyProblem } from '../parts/passkey-problem.tsx'
import { Time } from '../parts/time.tsx'
import { RecoveryCodesOnce } from './recovery-codes.tsx'
import { browserName } from './session-list.tsx'

/** The passkeys of an account, and the way to add one. */
export function Passkeys({ passkeys }: { readonly passkeys: readonly PasskeyView[] }) {
  return (
    <>
      <p className="help">
        A passkey is kept by your phone, computer or security key. It signs you in without a password, and cannot be told to a false site.
      </p>
      {passkeys.length === 0 ? null : (
        <ul className="rows">
          {passkeys.map((passkey) => (
            <Row key={passkey.id} passkey={passkey} />
          ))}
        </ul>
      )}
      {canUsePasskeys() ? (
        <Sheet trigger={<Button>Add a passkey…</Button>} title="Add a passkey" alert>
          {(close) => <AddPasskey close={close} />}
        </Sheet>
      ) : (
        <p className="notice">This browser cannot make passkeys at this address. They need the public address of this Handfast.</p>
      )}
    </>
  )
}

/** Names the passkey, has the browser make it, and shows the recovery codes that come with a first one. */
export function AddPasskey({ close, done = close }: { readonly close: () => void; readonly done?: () => void }) {
  const client = useQueryClient()
  const [name, setName] = useState(() => browserName(navigator.userAgent))
  const act = useMutation({
    mutationFn: addPasskey,
    onSuccess: ({ recoveryCodes }) => {
      void client.invalidateQueries(waysInQuery)
      if (recoveryCodes !== null) return
      void client.invalidateQueries(sessionQuery)
      done()
    },
  })
  const codes = act.data?.recoveryCodes ?? null
  if (codes !== null)
    return (
      <RecoveryCodesOnce
        codes={codes}
        close={() => {
          void client.invalidateQueries(sessionQuery)
          done()
        }}
      />
    )
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault()
        act.mutate(name.trim())
      }}
    >
      <Field
        label="What to call it"
        help="So that you recognise it in the list, such as “Work laptop”. The browser asks where to keep it next."
        isRequired
        maxLength={60}
        autoComplete="off"
        value={name}
        onChange={setName}
      />
      {act.error === null ? null : <PasskeyProblem error={act.error} />}
      <div className="actions">
        <Button type="submit" tone="main" pending={act.isPending} isDisabled={name.trim() === ''}>
          Make the passkey
        </Button>
        <Button onPress={close}>Cancel</Button>
      </div>
    </Form>
  )
}

function Row({ passkey }: { readonly passkey: PasskeyView }) {
  const client = useQueryClient()
  const [name, setName] = useState(passkey.name)
  const after = async (act: Promise<unknown>) => {
    await act
    await client.invalidateQueries(waysInQuery)
  }
  return (
    <li className="row">
      <div>
        <p>
          <Foreign text={passkey.name} /> {passkey.synced ? <span className="chip">synced</span> : null}
        </p>
        <p className="help">
          Added <Time at={passkey.createdAt} to="day" />,{' '}
          {passkey.lastUsedAt === null ? (
            'never used'
          ) : (
            <>
              last used <Time at={passkey.lastUsedAt} />
            </>
          )}
        </p>
      </div>
      <div className="actions">
        <Confirm
          trigger={<Button aria-label={`Rename ${passkey.name}`}>Rename</Button>}
          title="Rename this passkey"
          yes="Save name"
          danger={false}
          ready={name.trim() !== ''}
          act={() => after(renamePasskey(passkey.id, name.trim()))}
        >
          <Field label="Name" isRequired maxLength={60} autoComplete="off" value={name} onChange={setName} />
        </Confirm>
        <Confirm
          trigger={<Button aria-label={`Remove ${passkey.name}`}>Remove</Button>}
          title="Remove this passkey?"
          yes="Remove"
          act={() => after(removePasskey(passkey.id))}
        >
          <p>It does not sign you in any more. Delete it on the device that keeps it as well.</p>
        </Confirm>
      </div>
    </li>
  )
}
