import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { proveAgain, serverNow } from '../api/ask.ts'
import { EXPORT, eraseMe } from '../api/my-data.ts'
import { leave, sessionQuery } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'

const WORDS = 'erase my data'

/** Everything kept about this person: to take along, or to have destroyed. */
export function MyData() {
  const client = useQueryClient()
  const router = useRouter()
  const [typed, setTyped] = useState('')
  const erase = async () => {
    await eraseMe()
    leave(client)
    await router.navigate({ to: '/sign-in' })
  }
  /** A download cannot ask for a proof, so it is asked for before. */
  const take = async () => {
    const session = await client.fetchQuery({ ...sessionQuery, staleTime: 0 })
    const fresh = session !== null && Date.parse(session.provenUntil) - serverNow() > 5_000
    if (fresh || (await proveAgain())) location.assign(EXPORT)
  }
  return (
    <>
      <p>What you chose, what was sent for you and what came back, as one file.</p>
      <p>
        <Button onPress={() => void take()}>Export my data</Button>
      </p>
      <p>
        Erasing destroys the key under which your calls and keys are sealed. It cannot be undone by anybody; the ledger stays whole and can no longer
        be read about you.
      </p>
      <Confirm
        trigger={<Button tone="danger">Erase my data…</Button>}
        title="Erase everything kept about you?"
        yes="Erase for good"
        ready={typed.trim().toLowerCase() === WORDS}
        act={erase}
      >
        <p>
          Your connectors, keys, tokens and the contents of your calls are gone afterwards, and you are signed out. Connectors keep what they already
          received: ask their publishers.
        </p>
        <Field label={`Write “${WORDS}”`} autoComplete="off" isRequired value={typed} onChange={setTyped} />
      </Confirm>
    </>
  )
}
