import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type StandingApproval, standingQuery, takeBack } from '../api/connectors.ts'
import { Button } from '../parts/button.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Problem } from '../parts/problem.tsx'
import { Time } from '../parts/time.tsx'

/** Every yes that outlives its call, with the way to take it back. */
export function StandingList({ connector }: { readonly connector: string }) {
  const { data, error } = useQuery(standingQuery)
  const mine = data?.items.filter((yes) => yes.connector.slug === connector) ?? []
  if (error !== null && data === undefined) return <Problem error={error} />
  if (mine.length === 0) return null
  return (
    <section className="panel">
      <h2>Lasting yeses</h2>
      <ul className="rows">
        {mine.map((yes) => (
          <Standing key={yes.id} yes={yes} />
        ))}
      </ul>
    </section>
  )
}

function Standing({ yes }: { readonly yes: StandingApproval }) {
  const client = useQueryClient()
  const act = useMutation({ mutationFn: () => takeBack(yes.id), onSettled: () => client.invalidateQueries({ queryKey: ['standing'] }) })
  return (
    <li className="row">
      <div>
        <p>
          <code>
            <Foreign text={yes.tool} />
          </code>{' '}
          {yes.expiresAt === null ? null : (
            <>
              until <Time at={yes.expiresAt} />
            </>
          )}
        </p>
        {yes.condition === null ? (
          <p className="help">With any arguments.</p>
        ) : (
          <dl className="values">
            {Object.entries(yes.condition).map(([pointer, value]) => (
              <div key={pointer}>
                <dt>
                  <Foreign text={argumentName(pointer)} />
                </dt>
                <dd>
                  <Foreign text={String(value)} lines />
                </dd>
              </div>
            ))}
          </dl>
        )}
        {act.error === null ? null : <Problem error={act.error} />}
      </div>
      <Button pending={act.isPending} onPress={() => act.mutate()} aria-label={`Take back the lasting yes for ${yes.tool}`}>
        Take back
      </Button>
    </li>
  )
}

/** A JSON pointer (RFC 6901) as a way through names: `/guest/name` is `guest › name`. */
export function argumentName(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join(' › ')
}
