import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type AssistantDetail, deleteAssistant, registrationsQuery, steerAssistant } from '../api/assistants.ts'
import { Button } from '../parts/button.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Page } from '../parts/page.tsx'
import { Answered, Empty } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { RegisterAssistant } from './register-assistant.tsx'

const kinds: Readonly<Record<AssistantDetail['kind'], string>> = {
  token: 'by tokens that people made',
  registered: 'registered here',
  document: 'by a document at its address',
  dynamic: 'registered itself',
}

/** Every assistant that is known here, for whoever runs it. */
export function RegistrationsPage() {
  const asked = useQuery(registrationsQuery)
  return (
    <Page
      title="Known assistants"
      lead="Each still needs a person to let it in. Switching one off stops it for everybody, with the next call."
      aside={<RegisterAssistant />}
    >
      <Answered asked={asked} what="the assistants">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No assistant is known yet." />
          ) : (
            <div className="table-frame">
              <table className="table stacked">
                <caption className="only-heard">Assistants</caption>
                <thead>
                  <tr>
                    <th scope="col">Name</th>
                    <th scope="col">Known</th>
                    <th scope="col">Access</th>
                    <th scope="col">Last used</th>
                    <th scope="col">
                      <span className="only-heard">Actions</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((one) => (
                    <Row key={one.id} of={one} />
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Answered>
    </Page>
  )
}

function Row({ of }: { readonly of: AssistantDetail }) {
  const client = useQueryClient()
  const then = async (work: Promise<void>) => {
    await work
    await client.invalidateQueries({ queryKey: ['registrations'] })
  }
  const off = of.disabledAt !== null
  return (
    <tr>
      <th scope="row">
        <Foreign text={of.name} />
        {off ? <span className="help"> Switched off</span> : null}
      </th>
      <td data-label="Known">
        {kinds[of.kind]}
        {of.users === 'others' ? null : (
          <span className="help">{of.users === 'own-only' ? ' Acts for users of its own only.' : ' Vouches for users of its own.'}</span>
        )}
        {of.clientId === null ? null : (
          <span className="help">
            {' '}
            <code>
              <Foreign text={of.clientId} />
            </code>
          </span>
        )}
      </td>
      <td data-label="Access">
        {of.kind === 'token' ? 'as its tokens say' : of.grants === 0 ? 'given by nobody' : `given ${of.grants} ${of.grants === 1 ? 'time' : 'times'}`}
      </td>
      <td data-label="Last used">{of.lastUsedAt === null ? 'never' : <Time at={of.lastUsedAt} />}</td>
      <td className="row-action">
        {off ? (
          <Confirm
            trigger={<Button aria-label={`Switch ${of.name} on`}>Switch on</Button>}
            title="Switch it on again?"
            yes="Switch on"
            danger={false}
            act={() => then(steerAssistant(of.id, false))}
          >
            <p>Access that people gave it before holds again.</p>
          </Confirm>
        ) : (
          <Confirm
            trigger={<Button aria-label={`Switch ${of.name} off`}>Switch off</Button>}
            title="Switch it off for everybody?"
            yes="Switch off"
            act={() => then(steerAssistant(of.id, true))}
          >
            <p>Its calls are refused from then on, also those with tokens that people made for it. Nothing is deleted.</p>
          </Confirm>
        )}{' '}
        {of.kind === 'token' ? null : (
          <Confirm
            trigger={<Button aria-label={`Delete ${of.name}`}>Delete</Button>}
            title="Delete this assistant?"
            yes="Delete"
            act={() => then(deleteAssistant(of.id))}
          >
            <p>
              All access that people gave <Foreign text={of.name} /> ends. Records of its calls stay.
            </p>
          </Confirm>
        )}
      </td>
    </tr>
  )
}
