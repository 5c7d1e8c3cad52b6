import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { waitingQuery } from '../api/approvals.ts'
import { myPolicyQuery } from '../api/workspaces.ts'
import { Account } from './account.tsx'
import { Button } from './button.tsx'
import { Wordmark } from './mark.tsx'
import { useRole } from './session.tsx'

/** The way around. On a phone it is folded behind one button. */
export function Navigation() {
  const [open, setOpen] = useState(false)
  const path = useRouterState({ select: (state) => state.location.pathname })
  const navigate = useNavigate()
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever arrives somewhere is done with the menu
  useEffect(() => setOpen(false), [path])
  const reviews = useRole('operator', 'reviewer')
  const runs = useRole('operator')
  const owns = useQuery(myPolicyQuery).data?.mayEdit === true
  return (
    <header className="bar">
      <div className="bar-head">
        <Link to="/" className="home-link" aria-label="Handfast, home">
          <Wordmark />
        </Link>
        <Waiting onShow={() => void navigate({ to: '/approvals' })} />
        <span className="menu-button">
          <Button tone="quiet" aria-expanded={open} aria-controls="ways" onPress={() => setOpen(!open)}>
            {open ? 'Close' : 'Menu'}
          </Button>
        </span>
      </div>
      <div id="ways" className={open ? 'ways open' : 'ways'}>
        <nav aria-label="Console">
          <ul>
            <Way to="/" exact label="Home" />
            <Way to="/approvals" label="Approvals" count />
            <Way to="/directory" label="Directory" also="/connectors" />
            <Way to="/accounts" label="Accounts" />
            <Way to="/calls" label="Calls" />
            <Way to="/assistants" label="Assistants" also="/authorize" />
            <Way to="/tokens" label="Tokens" />
          </ul>
          {owns && !runs ? (
            <ul aria-label="Your workspace">
              <Way to="/workspaces" label="Workspace" />
            </ul>
          ) : null}
          {reviews || runs ? (
            <>
              <h2 id="running">Running it</h2>
              <ul aria-labelledby="running">
                <Way to="/publish" label="Connectors" />
                {runs ? <Way to="/people" label="People" /> : null}
                {runs ? <Way to="/workspaces" label="Workspaces" /> : null}
                {runs ? <Way to="/known-assistants" label="Known assistants" /> : null}
              </ul>
            </>
          ) : null}
        </nav>
        <Account />
      </div>
    </header>
  )
}

function Way({
  to,
  label,
  exact = false,
  also,
  count = false,
}: {
  readonly to:
    | '/'
    | '/approvals'
    | '/directory'
    | '/accounts'
    | '/calls'
    | '/assistants'
    | '/known-assistants'
    | '/tokens'
    | '/people'
    | '/publish'
    | '/workspaces'
  readonly label: string
  readonly exact?: boolean
  readonly also?: string
  readonly count?: boolean
}) {
  const path = useRouterState({ select: (state) => state.location.pathname })
  const within = path === to || (!exact && path.startsWith(`${to}/`)) || (also !== undefined && path.startsWith(also))
  const { data } = useQuery({ ...waitingQuery, enabled: count })
  const waiting = count ? (data?.items.length ?? 0) : 0
  return (
    <li>
      <Link to={to} className={within ? 'way here' : 'way'} aria-current={within ? 'page' : undefined}>
        {label}
        {waiting === 0 ? null : (
          <span className="count">
            {waiting}
            <span className="only-heard"> waiting</span>
          </span>
        )}
      </Link>
    </li>
  )
}

/** On a phone the menu is folded, so what waits stands beside it. */
function Waiting({ onShow }: { readonly onShow: () => void }) {
  const { data } = useQuery(waitingQuery)
  const waiting = data?.items.length ?? 0
  return (
    <>
      <span role="status" className="only-heard">
        {waiting === 0 ? '' : `${waiting} ${waiting === 1 ? 'call waits' : 'calls wait'} for your answer.`}
      </span>
      {waiting === 0 ? null : (
        <span className="waiting-button">
          <Button tone="main" onPress={onShow}>
            {waiting} waiting
          </Button>
        </span>
      )}
    </>
  )
}
