import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { beginLink, makeRecoveryCodes, removeIdentity, removeTotp, signInWaysQuery, type WaysInView, waysInQuery } from '../api/security.ts'
import { sessionQuery } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { Confirm, Sheet } from '../parts/dialog.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Page } from '../parts/page.tsx'
import { Problem } from '../parts/problem.tsx'
import { useSession } from '../parts/session.tsx'
import { Answered } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { ChangeEmail } from './change-email.tsx'
import { ChangePassword } from './change-password.tsx'
import { Passkeys } from './passkeys.tsx'
import { RecoveryCodesOnce } from './recovery-codes.tsx'
import { SessionList } from './session-list.tsx'
import { TotpSetup } from './totp-setup.tsx'

/** What opens the account, and where it is open. */
export function SecurityPage() {
  const session = useSession()
  const asked = useQuery(waysInQuery)
  return (
    <Page title="Sign-in and security" width="text" lead={session === null ? undefined : <Foreign text={session.user.email} />}>
      <Answered asked={asked} what="your ways to sign in">
        {(ways) => (
          <>
            <section className="panel">
              <h2>Passkeys</h2>
              <Passkeys passkeys={ways.passkeys} />
            </section>
            <section className="panel">
              <h2>Authenticator app</h2>
              <App since={ways.totpSince} />
            </section>
            <section className="panel">
              <h2>Recovery codes</h2>
              <RecoveryCodes left={ways.recoveryCodesLeft} factors={ways.passkeys.length > 0 || ways.totpSince !== null} />
            </section>
            <Providers ways={ways} />
            <section className="panel">
              <h2>Password</h2>
              <ChangePassword has={ways.hasPassword} />
            </section>
          </>
        )}
      </Answered>
      <section className="panel">
        <h2>E-mail address</h2>
        <ChangeEmail />
      </section>
      <section className="panel">
        <h2>Where you are signed in</h2>
        <SessionList />
      </section>
    </Page>
  )
}

function App({ since }: { readonly since: string | null }) {
  const client = useQueryClient()
  const off = async () => {
    await removeTotp()
    await client.invalidateQueries(waysInQuery)
  }
  if (since === null)
    return (
      <>
        <p className="help">Your password alone is not enough then: signing in also asks for a code that changes every half minute.</p>
        <Sheet trigger={<Button>Add an authenticator app…</Button>} title="Add an authenticator app" alert>
          {(close) => <AddApp close={close} />}
        </Sheet>
      </>
    )
  return (
    <div className="row">
      <p>
        <span className="chip good">On</span> since <Time at={since} to="day" />
      </p>
      <Confirm trigger={<Button>Turn off…</Button>} title="Turn the authenticator app off?" yes="Turn off" act={off}>
        <p>Signing in with your password asks for no code any more.</p>
      </Confirm>
    </div>
  )
}

function AddApp({ close }: { readonly close: () => void }) {
  const client = useQueryClient()
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const end = () => {
    void client.invalidateQueries(waysInQuery)
    void client.invalidateQueries(sessionQuery)
    close()
  }
  if (codes !== null) return <RecoveryCodesOnce codes={codes} close={end} />
  return <TotpSetup done={(made) => (made === null ? end() : setCodes(made))} cancel={close} />
}

function RecoveryCodes({ left, factors }: { readonly left: number; readonly factors: boolean }) {
  if (left === 0 && !factors) return <p className="help">You get them with your first passkey or authenticator app.</p>
  return (
    <>
      <p className={left < 3 ? 'notice caution' : 'help'}>
        {left === 0 ? 'None is left.' : `${left} ${left === 1 ? 'code is' : 'codes are'} left.`} Each lets you in once, with your password, without
        phone or key.
      </p>
      <Sheet trigger={<Button>Make new codes…</Button>} title="New recovery codes" alert>
        {(close) => <NewCodes close={close} />}
      </Sheet>
    </>
  )
}

function NewCodes({ close }: { readonly close: () => void }) {
  const client = useQueryClient()
  const act = useMutation({ mutationFn: makeRecoveryCodes })
  const end = () => {
    void client.invalidateQueries(waysInQuery)
    close()
  }
  if (act.data !== undefined) return <RecoveryCodesOnce codes={act.data.codes} close={end} />
  return (
    <>
      <p>The codes that you have now stop working.</p>
      {act.error === null ? null : <Problem error={act.error} />}
      <div className="actions">
        <Button tone="main" pending={act.isPending} onPress={() => act.mutate()}>
          Make new codes
        </Button>
        <Button onPress={close}>Cancel</Button>
      </div>
    </>
  )
}

/** Accounts elsewhere that open this one, where the operator has set such providers up. */
function Providers({ ways }: { readonly ways: WaysInView }) {
  const { data } = useQuery(signInWaysQuery)
  const client = useQueryClient()
  const link = useMutation({ mutationFn: beginLink, onSuccess: ({ url }) => location.assign(url) })
  const providers = data?.providers ?? []
  const nameOf = (id: string) => providers.find((one) => one.id === id)?.name ?? id
  const free = providers.filter(({ id }) => ways.identities.every((one) => one.provider !== id))
  if (providers.length === 0 && ways.identities.length === 0) return null
  const remove = async (id: string) => {
    await removeIdentity(id)
    await client.invalidateQueries(waysInQuery)
  }
  return (
    <section className="panel">
      <h2>Other accounts that open this one</h2>
      {ways.identities.length === 0 ? <p className="help">Link one, and it signs you in here without this password.</p> : null}
      <ul className={ways.identities.length === 0 ? '' : 'rows'}>
        {ways.identities.map((one) => (
          <li key={one.id} className="row">
            <div>
              <p>
                {nameOf(one.provider)}: <Foreign text={one.label} />
              </p>
              <p className="help">
                Linked <Time at={one.createdAt} to="day" />,{' '}
                {one.lastUsedAt === null ? (
                  'never used'
                ) : (
                  <>
                    last used <Time at={one.lastUsedAt} />
                  </>
                )}
              </p>
            </div>
            <Confirm
              trigger={<Button aria-label={`Unlink ${nameOf(one.provider)}`}>Unlink</Button>}
              title={`Unlink ${nameOf(one.provider)}?`}
              yes="Unlink"
              act={() => remove(one.id)}
            >
              <p>That account does not sign you in here any more.</p>
            </Confirm>
          </li>
        ))}
      </ul>
      {link.error === null ? null : <Problem error={link.error} />}
      <div className="actions">
        {free.map(({ id, name }) => (
          <Button key={id} pending={link.isPending} onPress={() => link.mutate(id)}>
            Link {name}
          </Button>
        ))}
      </div>
    </section>
  )
}
