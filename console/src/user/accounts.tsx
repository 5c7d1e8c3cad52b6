import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { allAccountsQuery, type LinkedAccount, type UnlinkedAccount } from '../api/accounts.ts'
import { Foreign } from '../parts/foreign.tsx'
import { Page } from '../parts/page.tsx'
import { Answered, Empty } from '../parts/states.tsx'
import { AccountRow } from './account-row.tsx'
import { Removed } from './account-section.tsx'

/** Every account that this person linked, the ones that need them first. */
export function AccountsPage() {
  const asked = useQuery(allAccountsQuery)
  const [removed, setRemoved] = useState<{ readonly name: string; readonly what: UnlinkedAccount['revocation'] } | null>(null)
  return (
    <Page title="Accounts" lead="What your assistants may use at other services. Each is sealed, and sent to its own connector only.">
      {removed === null ? null : <Removed {...removed} />}
      <Answered asked={asked} what="your accounts">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No account is linked yet">
              <p>
                Connectors that need one ask for it when you open them. <Link to="/directory">To the directory</Link>
              </p>
            </Empty>
          ) : (
            byConnector(items).map(([slug, accounts]) => (
              <section key={slug} className="panel">
                <h2>
                  <Link to="/connectors/$slug" params={{ slug }}>
                    <Foreign text={accounts[0]?.connector.name ?? slug} />
                  </Link>
                </h2>
                <ul className="rows">
                  {accounts.map((account) => (
                    <AccountRow
                      key={account.id}
                      of={account}
                      kind={account.kind === 'oauth' ? 'oauth2' : 'bearer'}
                      several={accounts.length > 1}
                      onRemoved={(name, what) => setRemoved({ name, what })}
                    />
                  ))}
                </ul>
              </section>
            ))
          )
        }
      </Answered>
    </Page>
  )
}

const order: Readonly<Record<LinkedAccount['health']['state'], number>> = { ended: 0, failing: 1, good: 2 }

function byConnector(items: readonly LinkedAccount[]): readonly (readonly [string, readonly LinkedAccount[]])[] {
  const groups = new Map<string, LinkedAccount[]>()
  for (const item of items) groups.set(item.connector.slug, [...(groups.get(item.connector.slug) ?? []), item])
  const worst = (accounts: readonly LinkedAccount[]) => Math.min(...accounts.map(({ health }) => order[health.state]))
  return [...groups].toSorted(([, a], [, b]) => worst(a) - worst(b))
}
