import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { type Member, membersQuery, removeMember, setOwner } from '../api/workspaces.ts'
import { Button } from '../parts/button.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { itemsOf, More } from '../parts/more.tsx'
import { Answered } from '../parts/states.tsx'

/** Who belongs to a workspace. */
export function Members({ id }: { readonly id: string }) {
  const asked = useInfiniteQuery(membersQuery(id))
  return (
    <Answered asked={asked} what="people">
      {(data) => (
        <>
          <div className="table-frame">
            <table className="table stacked">
              <caption className="only-heard">People of this workspace, oldest first</caption>
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">E-mail</th>
                  <th scope="col">Groups</th>
                  <th scope="col">State</th>
                  <th scope="col">
                    <span className="only-heard">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {itemsOf(data).map((one) => (
                  <Row key={one.id} id={id} of={one} />
                ))}
              </tbody>
            </table>
          </div>
          <More asked={asked} />
        </>
      )}
    </Answered>
  )
}

function Row({ id, of }: { readonly id: string; readonly of: Member }) {
  const client = useQueryClient()
  const again = () => client.invalidateQueries({ queryKey: ['workspace', id] })
  return (
    <tr>
      <th scope="row">
        <Foreign text={of.name} /> {of.owner ? <span className="chip plain">Owner</span> : null}
      </th>
      <td data-label="E-mail">
        <Foreign text={of.email} />
      </td>
      <td data-label="Groups">{of.groups.join(', ') || 'none'}</td>
      <td data-label="State">{of.left ? 'Left' : of.state}</td>
      <td>
        {of.left ? null : (
          <div className="actions">
            <Confirm
              trigger={<Button>{of.owner ? 'No owner any more' : 'Make owner'}</Button>}
              title={of.owner ? `Is ${of.name} no owner any more?` : `Make ${of.name} an owner?`}
              yes={of.owner ? 'No owner any more' : 'Make owner'}
              danger={of.owner}
              act={() => setOwner(id, of.id, !of.owner).then(again)}
            >
              <p>Owners look after people, groups and rules of this workspace.</p>
            </Confirm>
            <Confirm
              trigger={<Button>Take out</Button>}
              title={`Take ${of.name} out of this workspace?`}
              yes="Take out"
              act={() => removeMember(id, of.id).then(again)}
            >
              <p>
                The account ends now: its tokens, linked accounts, lasting approvals and sessions. This cannot be undone; they can be invited again.
              </p>
            </Confirm>
          </div>
        )}
      </td>
    </tr>
  )
}
