import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type Grant, grantsQuery, reduceGrant, revokeGrant } from '../api/assistants.ts'
import { Button } from '../parts/button.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Page } from '../parts/page.tsx'
import { Problem } from '../parts/problem.tsx'
import { Answered, Empty } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'

/** Assistants that a person let in, what each may do, and the way to end it. */
export function AssistantsPage() {
  const asked = useQuery(grantsQuery)
  return (
    <Page title="Assistants" lead="Who may act for you, how far, and since when. Ending it takes effect with the next call.">
      <Answered asked={asked} what="your assistants">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="You have let no assistant in yet.">
              <p>
                Give your assistant the address <code>{location.origin}/mcp</code>; it then sends you here to decide. Assistants that cannot do that
                use <Link to="/tokens">tokens</Link>.
              </p>
            </Empty>
          ) : (
            <ul className="cards">
              {items.map((grant) => (
                <li key={grant.id}>
                  <GrantCard grant={grant} />
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
    </Page>
  )
}

function GrantCard({ grant }: { readonly grant: Grant }) {
  const client = useQueryClient()
  const again = () => client.invalidateQueries({ queryKey: ['grants'] })
  const less = useMutation({ mutationFn: () => reduceGrant(grant.id, { scopes: ['connectors:read'] }), onSuccess: again })
  const { assistant, scopes, connectors } = grant
  const changes = scopes.includes('connectors:write')
  const end = async () => {
    await revokeGrant(grant.id)
    await again()
  }
  return (
    <section className="panel">
      <h2>
        <Foreign text={assistant.name} />
      </h2>
      {assistant.disabled ? <p className="warning">Whoever runs this Handfast switched it off. It can do nothing until that changes.</p> : null}
      <dl className="facts">
        <div>
          <dt>May</dt>
          <dd>{changes ? 'Read and change' : 'Read only'}</dd>
        </div>
        <div>
          <dt>With</dt>
          <dd>
            {connectors === null ? 'Everything you enable' : connectors.length === 0 ? 'Nothing' : connectors.map(({ name }) => name).join(', ')}
          </dd>
        </div>
        <div>
          <dt>At</dt>
          <dd>
            <Foreign text={new URL(grant.resource).pathname} />
          </dd>
        </div>
        <div>
          <dt>Access went to</dt>
          <dd>
            <Foreign text={grant.redirect} />
          </dd>
        </div>
        <div>
          <dt>Let in</dt>
          <dd>
            <Time at={grant.createdAt} />
          </dd>
        </div>
        <div>
          <dt>Last used</dt>
          <dd>{grant.lastUsedAt === null ? 'never' : <Time at={grant.lastUsedAt} />}</dd>
        </div>
        <div>
          <dt>Ends unused</dt>
          <dd>
            <Time at={grant.expiresAt} />
          </dd>
        </div>
      </dl>
      {less.error === null ? null : <Problem error={less.error} />}
      <div className="actions">
        {changes ? (
          <Button pending={less.isPending} onPress={() => less.mutate()}>
            Let it read only
          </Button>
        ) : null}
        <Confirm
          trigger={<Button aria-label={`End access of ${assistant.name}`}>End access</Button>}
          title="End this access?"
          yes="End access"
          act={end}
        >
          <p>
            <strong>
              <Foreign text={assistant.name} />
            </strong>{' '}
            can do nothing for you from then on. To use it again, connect it again.
          </p>
        </Confirm>
      </div>
    </section>
  )
}
