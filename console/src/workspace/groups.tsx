import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Checkbox, CheckboxGroup, Form, Label } from 'react-aria-components'
import { createGroup, type Group, groupsQuery, membersQuery, putInGroup, removeGroup, takeFromGroup } from '../api/workspaces.ts'
import { Button } from '../parts/button.tsx'
import { Confirm, Sheet } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { itemsOf } from '../parts/more.tsx'
import { Problem } from '../parts/problem.tsx'
import { Answered, Empty } from '../parts/states.tsx'

/** Groups that rules can name: filled by hand, or by what an identity provider says. */
export function Groups({ id }: { readonly id: string }) {
  const asked = useQuery(groupsQuery(id))
  const client = useQueryClient()
  return (
    <>
      <Answered asked={asked} what="groups">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No groups yet." />
          ) : (
            <ul className="rows">
              {items.map((one) => (
                <li key={one.name} className="row">
                  <strong>
                    <Foreign text={one.title} />
                  </strong>
                  <span className="help">
                    {one.name}, {one.members} {one.members === 1 ? 'person' : 'people'}
                    {one.claim === null ? '' : `, filled by ${one.claim}`}
                  </span>
                  <span className="actions">
                    <ChooseMembers id={id} of={one} />
                    <Confirm
                      trigger={<Button>Remove</Button>}
                      title={`Remove the group ${one.name}?`}
                      yes="Remove"
                      act={() => removeGroup(id, one.name).then(() => client.invalidateQueries({ queryKey: ['workspace', id] }))}
                    />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
      <Sheet trigger={<Button>Make a group</Button>} title="Make a group">
        {(close) => <Making id={id} close={close} />}
      </Sheet>
    </>
  )
}

function Making({ id, close }: { readonly id: string; readonly close: () => void }) {
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [title, setTitle] = useState('')
  const [claim, setClaim] = useState('')
  const act = useMutation({
    mutationFn: () => createGroup(id, { name: name.trim(), title: title.trim() || name.trim(), claim: claim.trim() || null }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['workspace', id] })
      close()
    },
  })
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault()
        act.mutate()
      }}
    >
      <Field
        label="Short name"
        help="Rules name the group by it; it stays."
        isRequired
        pattern="[a-z][a-z0-9\-]{0,39}"
        value={name}
        onChange={setName}
      />
      <Field label="Title (optional)" maxLength={100} value={title} onChange={setTitle} />
      <Field
        label="Filled by (optional)"
        help="What your identity provider calls it. Whoever signs in with this among their groups is in it."
        value={claim}
        onChange={setClaim}
      />
      {act.error === null ? null : <Problem error={act.error} />}
      <div className="actions">
        <Button type="submit" tone="main" pending={act.isPending}>
          Make it
        </Button>
        <Button onPress={close}>Cancel</Button>
      </div>
    </Form>
  )
}

function ChooseMembers({ id, of }: { readonly id: string; readonly of: Group }) {
  return (
    <Sheet trigger={<Button>Members</Button>} title={`Who is in ${of.name}`}>
      {(close) => <Choosing id={id} of={of} close={close} />}
    </Sheet>
  )
}

function Choosing({ id, of, close }: { readonly id: string; readonly of: Group; readonly close: () => void }) {
  const client = useQueryClient()
  const asked = useInfiniteQuery(membersQuery(id))
  const people = asked.data === undefined ? [] : itemsOf(asked.data).filter(({ left }) => !left)
  const act = useMutation({
    mutationFn: async (chosen: readonly string[]) => {
      for (const { id: user, groups } of people) {
        const is = groups.includes(of.name)
        if (chosen.includes(user) !== is) await (is ? takeFromGroup : putInGroup)(id, of.name, user)
      }
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['workspace', id] }),
  })
  return (
    <>
      <CheckboxGroup
        className="checks"
        isDisabled={act.isPending}
        value={people.filter(({ groups }) => groups.includes(of.name)).map((one) => one.id)}
        onChange={(chosen) => act.mutate(chosen)}
      >
        <Label>{of.claim === null ? 'Members' : 'Members by hand; those whom your identity provider names stay'}</Label>
        {people.map((one) => (
          <Checkbox key={one.id} value={one.id} className="check">
            <span className="box" aria-hidden="true" />
            <Foreign text={one.name} />
          </Checkbox>
        ))}
      </CheckboxGroup>
      {act.error === null ? null : <Problem error={act.error} />}
      <div className="actions">
        <Button onPress={close}>Close</Button>
      </div>
    </>
  )
}
