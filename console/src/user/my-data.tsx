import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { EXPORT, eraseMe } from '../api/my-data.ts'
import { leave } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'

const WORDS = 'erase my data'

/** Everything kept about this person: to take along, or to have destroyed. */
export function MyData() {
  const client = useQueryClient()
  const router = useRouter()
  const [password, setPassword] = useState('')
  const [typed, setTyped] = useState('')
  const erase = async () => {
    await eraseMe(password)
    leave(client)
    await router.navigate({ to: '/sign-in' })
  }
  return (
    <>
      <p>What you chose, what was sent for you and what came back, as one file.</p>
      <p>
        <a className="button plain" href={EXPORT} download>
          Export my data
        </a>
      </p>
      <p>
        Erasing destroys the key under which your calls and keys are sealed. It cannot be undone by anybody; the ledger stays whole and can no longer
        be read about you.
      </p>
      <Confirm
        trigger={<Button tone="danger">Erase my data…</Button>}
        title="Erase everything kept about you?"
        yes="Erase for good"
        ready={password !== '' && typed.trim().toLowerCase() === WORDS}
        act={erase}
      >
        <p>
          Your connectors, keys, tokens and the contents of your calls are gone afterwards, and you are signed out. Connectors keep what they already
          received: ask their publishers.
        </p>
        <Field label="Password" type="password" autoComplete="current-password" isRequired value={password} onChange={setPassword} />
        <Field label={`Write “${WORDS}”`} autoComplete="off" isRequired value={typed} onChange={setTyped} />
      </Confirm>
    </>
  )
}
