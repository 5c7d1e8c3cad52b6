import { useQuery, useQueryClient } from '@tanstack/react-query'
import { policyQuery, restorePolicy, versionsQuery } from '../api/workspaces.ts'
import { Button } from '../parts/button.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Answered } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'

/** Every version that was in force, and the way back to it. */
export function RuleVersions({ id, now }: { readonly id: string; readonly now: number }) {
  const asked = useQuery(versionsQuery(id))
  const client = useQueryClient()
  const restore = async (version: number) => {
    client.setQueryData(policyQuery(id).queryKey, await restorePolicy(id, version, now))
    await client.invalidateQueries({ queryKey: ['workspace', id, 'versions'] })
  }
  return (
    <section>
      <h2>Versions</h2>
      <Answered asked={asked} what="versions">
        {({ items }) =>
          items.length === 0 ? (
            <p className="help">None yet.</p>
          ) : (
            <ul className="rows">
              {items.map(({ version, at, by, note }) => (
                <li key={version} className="row">
                  <strong>Version {version}</strong>
                  <span className="help">
                    <Foreign text={by?.name ?? ''} /> {at === null ? null : <Time at={at} />}
                  </span>
                  <Foreign text={note} />
                  {version === now ? (
                    <span className="chip good">In force</span>
                  ) : (
                    <Confirm
                      trigger={<Button>Put in force again</Button>}
                      title={`Put version ${version} in force again?`}
                      yes="Put in force"
                      danger={false}
                      act={() => restore(version)}
                    />
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
    </section>
  )
}
