import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { endOtherSessions, endSession, type SessionSummary, sessionsQuery } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Problem } from '../parts/problem.tsx'
import { Answered } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'

/** The browsers that are signed in, and the way to sign each of them out. */
export function SessionList() {
  const asked = useQuery(sessionsQuery)
  const client = useQueryClient()
  const end = useMutation({
    mutationFn: (id: string | null) => (id === null ? endOtherSessions() : endSession(id)),
    onSettled: () => client.invalidateQueries({ queryKey: ['sessions'] }),
  })
  return (
    <Answered asked={asked} what="your sessions">
      {({ items }) => (
        <>
          <ul className="rows">
            {items.map((session) => (
              <li key={session.id} className="row">
                <div>
                  <p>{browserOf(session)}</p>
                  <p className="help">
                    {session.method === null ? null : `${howOf(session)}, `}since <Time at={session.startedAt} />, last seen{' '}
                    <Time at={session.seenAt} />
                    {session.address === null ? null : (
                      <>
                        , from <Foreign text={session.address} />
                      </>
                    )}
                  </p>
                </div>
                {session.current ? (
                  <span className="chip good">This browser</span>
                ) : (
                  <Button isDisabled={end.isPending} onPress={() => end.mutate(session.id)} aria-label={`Sign out ${browserName(session.agent)}`}>
                    Sign out
                  </Button>
                )}
              </li>
            ))}
          </ul>
          {end.error === null ? null : <Problem error={end.error} />}
          {items.length > 1 ? (
            <Button isDisabled={end.isPending} onPress={() => end.mutate(null)}>
              Sign out everywhere else
            </Button>
          ) : null}
        </>
      )}
    </Answered>
  )
}

const methods: Readonly<Record<NonNullable<SessionSummary['method']>, string>> = {
  assertion: 'From an assistant',
  password: 'With a password',
  'password-and-code': 'With password and code',
  'password-and-recovery-code': 'With password and recovery code',
  passkey: 'With a passkey',
  provider: 'Through a provider',
  link: 'With a one-time link',
}

function howOf({ method, provider }: SessionSummary): string {
  if (method === null) return ''
  return method === 'provider' && provider !== null ? `Through ${provider}` : methods[method]
}

function browserOf({ agent }: SessionSummary) {
  const name = browserName(agent)
  return name === agent ? <Foreign text={agent} /> : <span title={agent}>{name}</span>
}

/** A browser's own name for itself is long and mostly history; this is the part that people know. */
export function browserName(agent: string): string {
  const browsers = [
    ['Edg/', 'Edge'],
    ['Firefox/', 'Firefox'],
    ['Chrome/', 'Chrome'],
    ['Safari/', 'Safari'],
  ] as const
  const systems = [
    ['Android', 'Android'],
    ['iPhone', 'iPhone'],
    ['iPad', 'iPad'],
    ['Windows', 'Windows'],
    ['Mac OS', 'macOS'],
    ['Linux', 'Linux'],
  ] as const
  const browser = browsers.find(([part]) => agent.includes(part))?.[1]
  const system = systems.find(([part]) => agent.includes(part))?.[1]
  if (browser === undefined) return agent === '' ? 'A browser that did not say its name' : agent
  return system === undefined ? browser : `${browser} on ${system}`
}
