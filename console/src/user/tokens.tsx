import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type AccessToken, revokeToken, tokensQuery } from '../api/tokens.ts'
import { Button } from '../parts/button.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Page } from '../parts/page.tsx'
import { Answered, Empty } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { CreateToken } from './create-token.tsx'

/** What assistants identify themselves with. */
export function TokensPage() {
  const asked = useQuery(tokensQuery)
  const [all, setAll] = useState(false)
  return (
    <Page title="Tokens" lead="One for each assistant. Whoever holds one can call what you enabled, as far as you said yes." aside={<CreateToken />}>
      <Answered asked={asked} what="your tokens">
        {({ items }) => {
          const valid = items.filter((token) => token.revokedAt === null)
          const revoked = items.length - valid.length
          return (
            <>
              {valid.length === 0 && !all ? (
                <Empty title="No token yet.">
                  <p>Make one for your assistant; the configuration to paste comes with it.</p>
                </Empty>
              ) : (
                <TokenTable tokens={all ? items : valid} />
              )}
              {revoked === 0 ? null : (
                <Button tone="quiet" onPress={() => setAll(!all)}>
                  {all ? 'Hide revoked ones' : `Show ${revoked} revoked`}
                </Button>
              )}
            </>
          )
        }}
      </Answered>
    </Page>
  )
}

function TokenTable({ tokens }: { readonly tokens: readonly AccessToken[] }) {
  return (
    <div className="table-frame">
      <table className="table stacked">
        <caption className="only-heard">Your access tokens</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Begins with</th>
            <th scope="col">Assistant</th>
            <th scope="col">Created</th>
            <th scope="col">Last used</th>
            <th scope="col">Expires</th>
            <th scope="col">
              <span className="only-heard">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <TokenRow key={token.id} token={token} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function TokenRow({ token }: { readonly token: AccessToken }) {
  const client = useQueryClient()
  const revoke = async () => {
    await revokeToken(token.id)
    await client.invalidateQueries({ queryKey: ['tokens'] })
  }
  return (
    <tr>
      <th scope="row">
        <Foreign text={token.name} />
      </th>
      <td data-label="Begins with">
        <code>{token.prefix}…</code>
      </td>
      <td data-label="Assistant">
        <Foreign text={token.assistant.name} />
      </td>
      <td data-label="Created">
        <Time at={token.createdAt} to="day" />
      </td>
      <td data-label="Last used">{token.lastUsedAt === null ? 'never' : <Time at={token.lastUsedAt} />}</td>
      <td data-label="Expires">{token.expiresAt === null ? 'when revoked' : <Time at={token.expiresAt} to="day" />}</td>
      <td className="row-action">
        {token.revokedAt === null ? (
          <Confirm trigger={<Button aria-label={`Revoke ${token.name}`}>Revoke</Button>} title="Revoke this token?" yes="Revoke" act={revoke}>
            <p>
              <Foreign text={token.assistant.name} /> can do nothing with{' '}
              <strong>
                <Foreign text={token.name} />
              </strong>{' '}
              from then on. {lately(token)}
            </p>
          </Confirm>
        ) : (
          <span className="help">
            Revoked <Time at={token.revokedAt} to="day" />
          </span>
        )}
      </td>
    </tr>
  )
}

function lately(token: AccessToken): string {
  if (token.lastUsedAt === null) return 'It was never used.'
  const hours = (Date.now() - Date.parse(token.lastUsedAt)) / 3_600_000
  return hours < 24 ? 'It was used within the last day, so something will stop working.' : `It was last used ${Math.floor(hours / 24)} days ago.`
}
