import type { Role } from '@handfast/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type Account, changePerson, endSessionsOf, newLink, resetSecondFactor } from '../api/people.ts'
import { sessionQuery } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { Confirm, Sheet } from '../parts/dialog.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Problem } from '../parts/problem.tsx'
import { useSession } from '../parts/session.tsx'
import { Time } from '../parts/time.tsx'
import { OneTimeLink } from './one-time-link.tsx'
import { PersonAge } from './person-age.tsx'
import { RoleChoice } from './role-choice.tsx'

const states = { active: 'good', invited: 'plain', disabled: 'caution' } as const

export function PersonRow({ person }: { readonly person: Account }) {
  const own = useSession()?.user.id === person.id
  return (
    <tr>
      <th scope="row">
        <Foreign text={person.name} /> {own ? <span className="help">(you)</span> : null}
      </th>
      <td data-label="E-mail">
        {person.assertedBy === null ? <Foreign text={person.email} /> : <span className="help">comes by the word of an assistant</span>}
      </td>
      <td data-label="Roles">{person.roles.join(', ')}</td>
      <td data-label="State">
        <span className={`chip ${states[person.state]}`}>{person.state}</span>
      </td>
      <td data-label="Since">
        <Time at={person.createdAt} to="day" />
      </td>
      <td className="row-action">
        <div className="actions">
          {person.assertedBy === null ? <ChangeRoles person={person} /> : null}
          <PersonAge person={person} />
          {own ? null : (
            <>
              {person.assertedBy === null ? (
                <>
                  <NewLink person={person} />
                  <Recover person={person} />
                </>
              ) : null}
              <Ability person={person} />
            </>
          )}
        </div>
      </td>
    </tr>
  )
}

function useFresh() {
  const client = useQueryClient()
  return () => Promise.all([client.invalidateQueries({ queryKey: ['people'] }), client.invalidateQueries(sessionQuery)])
}

function ChangeRoles({ person }: { readonly person: Account }) {
  const fresh = useFresh()
  const [roles, setRoles] = useState<readonly Role[]>(person.roles)
  const act = async () => {
    await changePerson(person.id, { roles })
    await fresh()
  }
  return (
    <Confirm trigger={<Button aria-label={`Roles of ${person.name}`}>Roles</Button>} title="Change roles" yes="Save roles" danger={false} act={act}>
      <RoleChoice roles={roles} onChange={setRoles} />
      <p className="help">Other rights take effect at once; the person has to sign in again.</p>
    </Confirm>
  )
}

function NewLink({ person }: { readonly person: Account }) {
  return (
    <Sheet trigger={<Button aria-label={`New link for ${person.name}`}>New link</Button>} title="A new one-time link" alert>
      {(close) => <Linking person={person} close={close} />}
    </Sheet>
  )
}

function Linking({ person, close }: { readonly person: Account; readonly close: () => void }) {
  const act = useMutation({ mutationFn: () => newLink(person.id) })
  if (act.data !== undefined) return <OneTimeLink issued={act.data} close={close} />
  return (
    <>
      <p>For somebody who lost the link or the password. Links made earlier stop working.</p>
      {act.error === null ? null : <Problem error={act.error} />}
      <div className="actions">
        <Button tone="main" pending={act.isPending} onPress={() => act.mutate()}>
          Make the link
        </Button>
        <Button onPress={close}>Cancel</Button>
      </div>
    </>
  )
}

/** For somebody who lost phone and key, or whose account somebody else may be in. */
function Recover({ person }: { readonly person: Account }) {
  return (
    <Sheet trigger={<Button aria-label={`Recover ${person.name}`}>Recover</Button>} title="Help with signing in" alert>
      {(close) => <Recovering person={person} close={close} />}
    </Sheet>
  )
}

function Recovering({ person, close }: { readonly person: Account; readonly close: () => void }) {
  const end = useMutation({ mutationFn: () => endSessionsOf(person.id) })
  const reset = useMutation({ mutationFn: () => resetSecondFactor(person.id) })
  const error = end.error ?? reset.error
  return (
    <>
      <p>
        <strong>Sign out everywhere</strong> ends every session of <Foreign text={person.name} />.
      </p>
      <p>
        <strong>Take the second factor off</strong> removes passkeys, authenticator app and recovery codes, and ends every session. The password
        stays. Do it only when you know from elsewhere who asks for it.
      </p>
      {error === null ? null : <Problem error={error} />}
      <p role="status" className="help">
        {reset.isSuccess ? 'The second factor is off, and every session ended.' : end.isSuccess ? 'Every session ended.' : ''}
      </p>
      <div className="actions">
        <Button pending={end.isPending} onPress={() => end.mutate()}>
          Sign out everywhere
        </Button>
        <Button tone="danger" pending={reset.isPending} onPress={() => reset.mutate()}>
          Take the second factor off
        </Button>
        <Button onPress={close}>Close</Button>
      </div>
    </>
  )
}

function Ability({ person }: { readonly person: Account }) {
  const fresh = useFresh()
  const disabled = person.state === 'disabled'
  const act = async () => {
    await changePerson(person.id, { disabled: !disabled })
    await fresh()
  }
  const verb = disabled ? 'Let in again' : 'Disable'
  return (
    <Confirm
      trigger={<Button aria-label={`${verb}: ${person.name}`}>{verb}</Button>}
      title={disabled ? 'Let this person in again?' : 'Disable this account?'}
      yes={verb}
      danger={!disabled}
      act={act}
    >
      <p>
        {disabled
          ? 'They can sign in again, and their tokens work again.'
          : 'They are signed out everywhere, and their tokens stop working with the next call. Nothing of theirs is deleted.'}
      </p>
    </Confirm>
  )
}
