import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Navigate, useRouter, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { canUsePasskeys, waysInQuery } from '../api/security.ts'
import { leave, sessionQuery, signOut } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { Page } from '../parts/page.tsx'
import { Proving } from '../parts/prove.tsx'
import { Answered } from '../parts/states.tsx'
import { goOn, isServerPage } from './go-on.ts'
import { AddPasskey } from './passkeys.tsx'
import { RecoveryCodesOnce } from './recovery-codes.tsx'
import { TotpSetup } from './totp-setup.tsx'

/** For people whose roles need more than a password, before anything else. */
export function SecondFactorPage() {
  const { next } = useSearch({ from: '/door/second-factor' })
  const { data: session } = useQuery(sessionQuery)
  const asked = useQuery({ ...waysInQuery, enabled: session != null })
  const client = useQueryClient()
  const router = useRouter()
  const [way, setWay] = useState<'passkey' | 'app' | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const on = async () => {
    await client.invalidateQueries(sessionQuery)
    const path = goOn(next)
    if (isServerPage(path)) location.replace(path)
    else router.history.replace(path)
  }
  const out = async () => {
    await signOut().catch(() => undefined)
    leave(client)
    await router.navigate({ to: '/sign-in' })
  }
  if (session === null) return <Navigate to="/sign-in" replace />
  if (codes !== null)
    return (
      <Page title="Your recovery codes" width="text">
        <RecoveryCodesOnce codes={codes} close={() => void on()} />
      </Page>
    )
  return (
    <Page title="One more step" width="text" lead="Your roles here need more than a password.">
      <Answered asked={asked} what="your ways to sign in">
        {(ways) => {
          if (way === 'passkey') return <AddPasskey close={() => setWay(null)} done={() => void on()} />
          if (way === 'app') return <TotpSetup done={(made) => (made === null ? void on() : setCodes(made))} cancel={() => setWay(null)} />
          if (ways.passkeys.length > 0 || ways.totpSince !== null) return <Proving done={() => void on()} />
          return (
            <>
              <p>Choose what you will use from now on. You can add the other one later.</p>
              <div className="actions">
                {canUsePasskeys() ? (
                  <Button tone="main" onPress={() => setWay('passkey')}>
                    A passkey
                  </Button>
                ) : null}
                <Button tone={canUsePasskeys() ? 'plain' : 'main'} onPress={() => setWay('app')}>
                  An authenticator app
                </Button>
              </div>
            </>
          )
        }}
      </Answered>
      <p className="help">
        <Button tone="quiet" onPress={() => void out()}>
          Sign out
        </Button>
      </p>
    </Page>
  )
}
