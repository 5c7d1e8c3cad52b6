import { useQueryClient } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { endEverywhere } from '../api/security.ts'
import { leave, sessionQuery } from '../api/session.ts'
import { Button } from './button.tsx'
import { Foreign } from './foreign.tsx'
import { Problem } from './problem.tsx'
import { useSession } from './session.tsx'

/** Who is signed in, and the ways to their settings and out. */
export function Account() {
  const session = useSession()
  const client = useQueryClient()
  const router = useRouter()
  const [error, setError] = useState<unknown>(null)
  if (session === null) return null
  const out = async () => {
    try {
      const { url } = await endEverywhere()
      if (url !== null) {
        leave(client)
        return location.assign(url)
      }
      // The page goes first: what it shows would ask again for what it may not see any more.
      client.setQueryData(sessionQuery.queryKey, null)
      await router.navigate({ to: '/sign-in' })
      leave(client)
    } catch (problem) {
      setError(problem)
    }
  }
  return (
    <div className="account">
      <p className="account-name">
        <Foreign text={session.user.name} />
        <span className="help">
          Workspace: <Foreign text={session.workspace.name} />
        </span>
      </p>
      <Link to="/settings" className="way" activeProps={{ className: 'way here' }}>
        Settings
      </Link>
      <Button tone="quiet" onPress={() => void out()}>
        Sign out
      </Button>
      {error === null ? null : <Problem error={error} />}
    </div>
  )
}
