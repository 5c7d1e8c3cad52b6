import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { myPolicyQuery } from '../api/workspaces.ts'
import { Foreign } from '../parts/foreign.tsx'

/** What the rules of the workspace keep from this person's lists, with the reason; nothing where they keep nothing. */
export function HiddenByRules() {
  const { data } = useQuery(myPolicyQuery)
  if (data === undefined || (data.hidden.length === 0 && data.unread.length === 0)) return null
  return (
    <section>
      {data.unread.length === 0 ? null : (
        <>
          <h2>Enabled by your workspace</h2>
          <p className="help">Nothing is sent before you have read what each of them receives.</p>
          <ul className="rows">
            {data.unread.map(({ slug, name }) => (
              <li key={slug} className="row">
                <Link to="/connectors/$slug" params={{ slug }}>
                  <Foreign text={name} />
                </Link>
                <span className="chip caution">Notice not read yet</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {data.hidden.length === 0 ? null : (
        <>
          <h2>Closed by the rules of {data.workspace.name}</h2>
          <ul className="rows">
            {data.hidden.map(({ connector, tool, rule, because }) => (
              <li key={`${connector.slug} ${tool ?? ''}`} className="row">
                <span>
                  <Foreign text={connector.name} />
                  {tool === null ? null : (
                    <>
                      {' '}
                      · <Foreign text={tool} />
                    </>
                  )}
                </span>
                <span className="help">
                  rule {rule}
                  {because === '' ? null : (
                    <>
                      : <Foreign text={because} />
                    </>
                  )}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      <p>
        <Link to="/explain">Would a call be allowed, and why?</Link>
      </p>
    </section>
  )
}
