import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { createWorkspace, workspacesQuery } from '../api/workspaces.ts'
import { Button } from '../parts/button.tsx'
import { Sheet } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Page } from '../parts/page.tsx'
import { Problem } from '../parts/problem.tsx'
import { useRole } from '../parts/session.tsx'
import { Answered } from '../parts/states.tsx'

/** All workspaces for operators; for everybody else their own. */
export function WorkspacesPage() {
  const asked = useQuery(workspacesQuery)
  const runs = useRole('operator')
  return (
    <Page
      title="Workspaces"
      lead="People, groups and rules that belong together. Nothing of one is seen in another but the directory."
      aside={runs ? <MakeWorkspace /> : undefined}
    >
      <Answered asked={asked} what="workspaces">
        {({ items }) => (
          <ul className="cards">
            {items.map((item) => (
              <li key={item.id}>
                <section className="card" aria-labelledby={item.id}>
                  <h2 id={item.id}>
                    <Link to="/workspaces/$id" params={{ id: item.id }}>
                      <Foreign text={item.name} />
                    </Link>
                  </h2>
                  <p className="help">{item.house ? 'The first one: its people run this Handfast.' : 'Its people are users.'}</p>
                </section>
              </li>
            ))}
          </ul>
        )}
      </Answered>
    </Page>
  )
}

function MakeWorkspace() {
  return (
    <Sheet trigger={<Button tone="main">Make a workspace</Button>} title="Make a workspace">
      {(close) => <Making close={close} />}
    </Sheet>
  )
}

function Making({ close }: { readonly close: () => void }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const act = useMutation({
    mutationFn: () => createWorkspace(name.trim()),
    onSuccess: ({ id }) => {
      void client.invalidateQueries({ queryKey: ['workspaces'] })
      close()
      void navigate({ to: '/workspaces/$id', params: { id } })
    },
  })
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault()
        act.mutate()
      }}
    >
      <Field label="Name" isRequired maxLength={100} value={name} onChange={setName} />
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
