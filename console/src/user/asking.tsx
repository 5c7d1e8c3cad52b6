import type { AuthorizationRequest } from '../api/assistants.ts'
import { Foreign } from '../parts/foreign.tsx'

/**
 * Who asks, told by what nobody can choose freely: the host that answers for the assistant's identity, and where its answer goes. The name comes
 * from the assistant itself, and the page says so.
 */
export function Asking({ of }: { readonly of: AuthorizationRequest }) {
  const { assistant, redirect } = of
  return (
    <section className="panel">
      <h2>Who asks</h2>
      <dl className="facts">
        <div>
          <dt>Name</dt>
          <dd>
            <Foreign text={assistant.name} />
          </dd>
        </div>
        <div>
          <dt>Identity</dt>
          <dd>{identity(of)}</dd>
        </div>
        <div>
          <dt>Access goes to</dt>
          <dd>
            <strong>
              <Foreign text={redirect.kind === 'app' ? `the app for ${redirect.target}: on this device` : redirect.target} />
            </strong>
          </dd>
        </div>
        {of.device === null ? null : (
          <div>
            <dt>The device</dt>
            <dd>
              <Foreign text={`${of.device.agent === '' ? 'says nothing of itself' : of.device.agent}, from ${of.device.address}`} />
            </dd>
          </div>
        )}
      </dl>
      {warnings(of).map((text) => (
        <p key={text} className="warning" role="note">
          {text}
        </p>
      ))}
    </section>
  )
}

function identity({ assistant }: AuthorizationRequest): React.ReactNode {
  if (assistant.host !== null)
    return (
      <>
        <strong>
          <Foreign text={assistant.host} />
        </strong>{' '}
        <span className="help">publishes who it is</span>
      </>
    )
  if (assistant.kind === 'registered') return 'Registered by whoever runs this Handfast'
  return 'Nobody vouches for it: it registered itself and chose its name'
}

/** What could make somebody let in what they did not mean. */
function warnings({ assistant, redirect, device }: AuthorizationRequest): readonly string[] {
  const found: string[] = []
  if (assistant.kind === 'dynamic') found.push('The name is not verified. Go on only if you have just connected this assistant yourself.')
  if (redirect.kind === 'loopback')
    found.push(
      'The access goes to a program on this computer, and any program here could say that it is this assistant. Go on only if you started this a moment ago.',
    )
  if (redirect.kind === 'app')
    found.push('The access goes to an app that opens links of this kind. Another app on this device could have claimed them.')
  if (redirect.kind === 'web' && assistant.host !== null && !isSameSite(redirect.target, assistant.host))
    found.push(`The access goes to ${redirect.target}, which is another address than the one that says who the assistant is.`)
  if (device !== null)
    found.push('Go on only if you have this device before you and its code is the one that you typed. Nobody from support will ask you to do this.')
  return found
}

function isSameSite(a: string, b: string): boolean {
  return a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`)
}
