import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { accountName, changeAccount, type LinkedAccount, removeAccount, testAccount, type UnlinkedAccount } from '../api/accounts.ts'
import { Button } from '../parts/button.tsx'
import { Confirm, Sheet } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Problem } from '../parts/problem.tsx'
import { Time } from '../parts/time.tsx'
import { LinkAccount, refresh } from './link-account.tsx'

const healths: Readonly<Record<LinkedAccount['health']['state'], { readonly word: string; readonly chip: string }>> = {
  good: { word: 'works', chip: 'chip good' },
  failing: { word: 'trouble', chip: 'chip caution' },
  ended: { word: 'sign in again', chip: 'chip bad' },
}
const moves: Readonly<Record<string, string>> = {
  user: 'You can put this right.',
  operator: 'Whoever runs this Handfast has to put this right.',
  developer: "The connector's developer has to put this right.",
  wait: 'Nothing to do: it is tried again.',
}

/** One account: whose it is, how it is, and what can be done with it. */
export function AccountRow({
  of,
  kind,
  several,
  onRemoved,
}: {
  readonly of: LinkedAccount
  /** How the connector is signed in to. */
  readonly kind: string
  /** Whether there is a choice. */
  readonly several: boolean
  readonly onRemoved: (name: string, what: UnlinkedAccount['revocation']) => void
}) {
  const client = useQueryClient()
  const { slug, name } = of.connector
  const fresh = () => refresh(client, slug)
  const use = useMutation({ mutationFn: () => changeAccount(of.id, { isDefault: true }), onSettled: fresh })
  const test = useMutation({ mutationFn: () => testAccount(of.id), onSettled: fresh })
  const called = accountName(of)
  const health = healths[of.health.state]
  const remove = async () => {
    const { revocation } = await removeAccount(of.id)
    onRemoved(called, revocation)
    await fresh()
  }
  return (
    <li className="row account">
      <div>
        <p>
          <strong>
            <Foreign text={called} />
          </strong>{' '}
          {several && of.isDefault ? <span className="chip">used by calls</span> : null}{' '}
          <span className={of.kind === 'key' && of.health.state === 'ended' ? 'chip bad' : health.chip}>
            {of.kind === 'key' && of.health.state === 'ended' ? 'new key needed' : health.word}
          </span>
        </p>
        {of.label !== null && of.identity !== null ? (
          <p className="help">
            <Foreign text={of.identity} />
          </p>
        ) : null}
        <p className="help">
          {of.issuer === null ? 'Key' : <Foreign text={`Signed in at ${new URL(of.issuer).host}`} />}, linked on <Time at={of.linkedAt} to="day" />
          {of.testedAt === null ? null : (
            <>
              , last tested <Time at={of.testedAt} />
            </>
          )}
          .
        </p>
        {of.health.reason === null ? null : (
          <p className="account-trouble">
            <Foreign text={of.health.reason} /> {of.health.who === null ? null : moves[of.health.who]}
          </p>
        )}
        {use.error === null && test.error === null ? null : <Problem error={use.error ?? test.error} />}
        {test.isSuccess ? (
          <p role="status" className="help">
            {test.data.health.state === 'good'
              ? test.data.testedAt === null
                ? 'This API offers nothing harmless to test with.'
                : 'Tested just now: it works.'
              : 'Tested just now.'}
          </p>
        ) : null}
      </div>
      <div className="account-actions">
        {several && !of.isDefault ? (
          <Button pending={use.isPending} onPress={() => use.mutate()} aria-label={`Use ${called} for calls`}>
            Use this one
          </Button>
        ) : null}
        <Sheet
          trigger={<Button aria-label={`Sign in again for ${called}`}>{of.kind === 'key' ? 'New key' : 'Sign in again'}</Button>}
          title={of.kind === 'key' ? `New key for ${called}` : `Sign in again as ${called}`}
        >
          {(close) => (
            <LinkAccount slug={slug} name={name} kind={kind} wish={{ account: of.id }} onDone={close}>
              <Button onPress={close}>Cancel</Button>
            </LinkAccount>
          )}
        </Sheet>
        <Button pending={test.isPending} onPress={() => test.mutate()} aria-label={`Test ${called}`}>
          Test
        </Button>
        <Rename of={of} onDone={fresh} />
        <Confirm
          trigger={<Button aria-label={`Disconnect ${called}`}>Disconnect</Button>}
          title={`Disconnect ${called}?`}
          yes="Disconnect"
          act={remove}
        >
          <p>What Handfast holds for this account is destroyed at once, on every node, and cannot be brought back.</p>
          {of.kind === 'oauth' ? (
            <p>
              <Foreign text={of.issuer === null ? 'The provider' : new URL(of.issuer).host} /> is asked to take back what it granted. If it does not
              answer, it is asked again until it does; its answer goes into the ledger.
            </p>
          ) : (
            <p>The API may still accept the key elsewhere: revoke it there as well if nothing else uses it.</p>
          )}
          <p>Your record of earlier calls stays.</p>
        </Confirm>
      </div>
    </li>
  )
}

function Rename({ of, onDone }: { readonly of: LinkedAccount; readonly onDone: () => Promise<void> }) {
  const [label, setLabel] = useState(of.label ?? '')
  const change = async () => {
    await changeAccount(of.id, { label: label.trim() === '' ? null : label.trim() })
    await onDone()
  }
  return (
    <Confirm
      trigger={<Button aria-label={`Name ${accountName(of)}`}>Name</Button>}
      title="What do you call this account?"
      yes="Save"
      danger={false}
      act={change}
    >
      <Field
        label="Name"
        help="Such as work or private. Empty: the provider's own name for it."
        value={label}
        onChange={setLabel}
        maxLength={60}
        autoComplete="off"
      />
    </Confirm>
  )
}
