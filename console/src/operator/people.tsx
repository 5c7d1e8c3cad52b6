import { useInfiniteQuery } from '@tanstack/react-query'
import { peopleQuery } from '../api/people.ts'
import { itemsOf, More } from '../parts/more.tsx'
import { Page } from '../parts/page.tsx'
import { useRole } from '../parts/session.tsx'
import { Answered, Empty } from '../parts/states.tsx'
import { InvitePerson } from './invite-person.tsx'
import { PersonRow } from './person-row.tsx'

/** Who may sign in here, and what as. */
export function PeoplePage() {
  const runs = useRole('operator')
  if (!runs)
    return (
      <Page title="People">
        <Empty title="This page is for operators." />
      </Page>
    )
  return <PeopleList />
}

function PeopleList() {
  const asked = useInfiniteQuery(peopleQuery)
  return (
    <Page title="People" lead="Who may sign in here, and what they may do." aside={<InvitePerson />}>
      <Answered asked={asked} what="people">
        {(data) => (
          <>
            <div className="table-frame">
              <table className="table stacked">
                <caption className="only-heard">Accounts, oldest first</caption>
                <thead>
                  <tr>
                    <th scope="col">Name</th>
                    <th scope="col">E-mail</th>
                    <th scope="col">Roles</th>
                    <th scope="col">State</th>
                    <th scope="col">Since</th>
                    <th scope="col">
                      <span className="only-heard">Actions</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {itemsOf(data).map((person) => (
                    <PersonRow key={person.id} person={person} />
                  ))}
                </tbody>
              </table>
            </div>
            <More asked={asked} />
          </>
        )}
      </Answered>
    </Page>
  )
}
