import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Checkbox } from 'react-aria-components'
import { type DirectoryDetail, disableConnector, forgetCredentials } from '../api/connectors.ts'
import { Button } from '../parts/button.tsx'
import { Confirm } from '../parts/dialog.tsx'

/** Stops a connector for this person, from the next call on, and says what goes with it and what stays. */
export function Disable({ of }: { readonly of: DirectoryDetail }) {
  const client = useQueryClient()
  const [forgets, setForgets] = useState(true)
  const owns = of.credential.given === 'own'
  const act = async () => {
    await disableConnector(of.slug)
    if (owns && forgets) await forgetCredentials(of.slug)
    await Promise.all(['connector', 'directory', 'standing', 'accounts'].map((key) => client.invalidateQueries({ queryKey: [key] })))
  }
  return (
    <Confirm trigger={<Button>Disable</Button>} title="Disable this connector?" yes="Disable" act={act}>
      <p>Your assistants stop seeing its tools, and no further call of yours reaches it. Lasting yeses for it end.</p>
      {owns ? (
        <Checkbox className="check" isSelected={forgets} onChange={setForgets}>
          <span className="box" aria-hidden="true" />
          Also destroy {of.credential.kind === 'oauth2' ? 'the accounts that I linked, and ask the provider to take back what it gave' : 'my key'}
        </Checkbox>
      ) : null}
      <p>
        What it already received stays with it: ask its publisher to delete it. Your record of the calls stays here, and you can take it along or
        erase it under <Link to="/settings">Settings</Link>.
      </p>
    </Confirm>
  )
}
