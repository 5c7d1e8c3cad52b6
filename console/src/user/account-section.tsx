import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { accountsQuery, type UnlinkedAccount } from '../api/accounts.ts'
import type { DirectoryDetail } from '../api/connectors.ts'
import { Button } from '../parts/button.tsx'
import { Sheet } from '../parts/dialog.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Answered } from '../parts/states.tsx'
import { AccountRow } from './account-row.tsx'
import { LinkAccount } from './link-account.tsx'

/** The accounts at one connector: none yet, or each with its health, and a way to add one. */
export function AccountSection({ of }: { readonly of: DirectoryDetail }) {
  const asked = useQuery(accountsQuery(of.slug))
  const [removed, setRemoved] = useState<{ readonly name: string; readonly what: UnlinkedAccount['revocation'] } | null>(null)
  const { kind, given } = of.credential
  return (
    <section className="panel">
      <h2>{kind === 'oauth2' ? 'Account' : 'Key'}</h2>
      {removed === null ? null : <Removed {...removed} />}
      <Answered asked={asked} what="your accounts">
        {({ items }) =>
          items.length === 0 ? (
            <>
              {given === 'shared' ? <p>The workspace has a key for this API. You can use one of your own instead.</p> : null}
              <LinkAccount slug={of.slug} name={of.name} kind={kind} wish={{}} />
            </>
          ) : (
            <>
              <ul className="rows">
                {items.map((account) => (
                  <AccountRow
                    key={account.id}
                    of={account}
                    kind={kind}
                    several={items.length > 1}
                    onRemoved={(name, what) => setRemoved({ name, what })}
                  />
                ))}
              </ul>
              <div className="actions">
                <Sheet
                  trigger={<Button>{kind === 'oauth2' ? 'Not this one? Add another account' : 'Add another key'}</Button>}
                  title={`Add an account at ${of.name}`}
                >
                  {(close) => (
                    <LinkAccount slug={of.slug} name={of.name} kind={kind} wish={{ chooseAccount: true }} onDone={close}>
                      <Button onPress={close}>Cancel</Button>
                    </LinkAccount>
                  )}
                </Sheet>
              </div>
            </>
          )
        }
      </Answered>
    </section>
  )
}

/** What became of it at the provider. */
export function Removed({ name, what }: { readonly name: string; readonly what: UnlinkedAccount['revocation'] }) {
  const said: Readonly<Record<UnlinkedAccount['revocation']['how'], string>> = {
    done: 'The provider confirmed that it took back what it had granted.',
    waiting: 'The provider has not confirmed yet. It is asked again until it does.',
    refused: 'The provider did not take back what it had granted. Look there whether Handfast is still listed.',
    'not-offered': 'The provider has no way to be told: if it lists Handfast or the key, remove it there too.',
  }
  return (
    <p className={what.how === 'done' ? 'notice good' : 'notice'} role="status">
      <Foreign text={name} /> is disconnected and destroyed here. {said[what.how]}
    </p>
  )
}
