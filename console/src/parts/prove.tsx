import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { Dialog, Form, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { ApiError, keepProof, proveWith } from '../api/ask.ts'
import { canUsePasskeys, proveByPasskey, proveByPassword, proveByProvider, signInWaysQuery, waysInQuery } from '../api/security.ts'
import { type CurrentSession, sessionQuery } from '../api/session.ts'
import { Button } from './button.tsx'
import { Field } from './field.tsx'
import { PasskeyProblem } from './passkey-problem.tsx'
import { Problem } from './problem.tsx'
import { Answered } from './states.tsx'

/** Asks the person to prove that it is them, when the server wants that before something dangerous. */
export function Prover() {
  const [open, setOpen] = useState(false)
  const answer = useRef<((proven: boolean) => void) | null>(null)
  useEffect(() => {
    proveWith(() => {
      answer.current?.(false)
      setOpen(true)
      return new Promise((resolve) => {
        answer.current = resolve
      })
    })
    return () => proveWith(null)
  }, [])
  const end = (proven: boolean) => {
    setOpen(false)
    answer.current?.(proven)
    answer.current = null
  }
  return (
    <ModalOverlay className="overlay" isOpen={open} onOpenChange={(is) => (is ? undefined : end(false))}>
      <Modal className="modal">
        <Dialog className="dialog">
          <Heading slot="title">Is it you?</Heading>
          <Proving done={() => end(true)} />
          <div className="actions">
            <Button onPress={() => end(false)}>Cancel</Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

/** The ways in which this person can prove it: whichever they have. */
export function Proving({ done }: { readonly done: () => void }) {
  const asked = useQuery(waysInQuery)
  const client = useQueryClient()
  const { data: session } = useQuery(sessionQuery)
  const proven = (begun: CurrentSession) => {
    keepProof(begun.csrf)
    client.setQueryData(sessionQuery.queryKey, begun)
    done()
  }
  return (
    <Answered asked={asked} what="your ways to sign in">
      {(ways) => {
        const byPasskey = ways.passkeys.length > 0 && canUsePasskeys()
        const needsMore = session?.strong === false && (ways.passkeys.length > 0 || ways.totpSince !== null)
        return (
          <>
            <p>This asks for a fresh proof. It counts for ten minutes in this browser.</p>
            {byPasskey ? <ByPasskey proven={proven} /> : null}
            {ways.hasPassword ? <ByPassword proven={proven} code={ways.totpSince !== null || needsMore} main={!byPasskey} /> : null}
            {ways.identities.length > 0 && !ways.hasPassword && !byPasskey ? <ByProvider ids={ways.identities.map((one) => one.provider)} /> : null}
          </>
        )
      }}
    </Answered>
  )
}

function ByPasskey({ proven }: { readonly proven: (session: CurrentSession) => void }) {
  const act = useMutation({ mutationFn: proveByPasskey, onSuccess: proven })
  return (
    <>
      {act.error === null ? null : <PasskeyProblem error={act.error} />}
      <div className="actions">
        <Button tone="main" pending={act.isPending} onPress={() => act.mutate()}>
          Use a passkey
        </Button>
      </div>
    </>
  )
}

function ByPassword({
  proven,
  code: asks,
  main,
}: {
  readonly proven: (session: CurrentSession) => void
  readonly code: boolean
  readonly main: boolean
}) {
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const act = useMutation({ mutationFn: proveByPassword, onSuccess: proven })
  const needed = asks || (act.error instanceof ApiError && act.error.code === 'people/code-needed')
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault()
        // It stands inside the form of a page where the proof is asked for: this is its own.
        event.stopPropagation()
        act.mutate({ password, ...(code === '' ? {} : { code }) })
      }}
    >
      <Field label="Your password" type="password" autoComplete="current-password" isRequired value={password} onChange={setPassword} />
      {needed ? <CodeField value={code} onChange={setCode} /> : null}
      {act.error === null ? null : <Problem error={act.error} />}
      <Button type="submit" tone={main ? 'main' : 'plain'} pending={act.isPending}>
        Confirm with password
      </Button>
    </Form>
  )
}

/** For a code of an authenticator app, or a recovery code. */
export function CodeField({
  value,
  onChange,
  autoFocus = false,
}: {
  readonly value: string
  readonly onChange: (text: string) => void
  readonly autoFocus?: boolean
}) {
  return (
    <Field
      label="Code"
      help="From your authenticator app, or one of your recovery codes."
      autoComplete="one-time-code"
      maxLength={40}
      autoFocus={autoFocus}
      value={value}
      onChange={onChange}
    />
  )
}

function ByProvider({ ids }: { readonly ids: readonly string[] }) {
  const { data } = useQuery(signInWaysQuery)
  const act = useMutation({ mutationFn: proveByProvider, onSuccess: ({ url }) => location.assign(url) })
  const known = (data?.providers ?? []).filter(({ id }) => ids.includes(id))
  return (
    <>
      <p className="help">You come back to your settings; then do again what you were about to do.</p>
      {act.error === null ? null : <Problem error={act.error} />}
      <div className="actions">
        {known.map(({ id, name }) => (
          <Button key={id} pending={act.isPending} onPress={() => act.mutate(id)}>
            Sign in again through {name}
          </Button>
        ))}
      </div>
    </>
  )
}
