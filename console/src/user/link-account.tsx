import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { beginSignIn, giveAccountKey, type LinkWish, signInPlaceQuery } from '../api/accounts.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Problem } from '../parts/problem.tsx'
import { Answered } from '../parts/states.tsx'

type Linking = {
  readonly slug: string
  readonly name: string
  readonly kind: string
  readonly wish: LinkWish
  readonly onDone?: () => void
  /** Beside the button: another way out of here. */
  readonly children?: React.ReactNode
}

/** Links an account: at the provider, or by its key. */
export function LinkAccount(props: Linking) {
  return props.kind === 'oauth2' ? <BySignIn {...props} /> : <ByKey {...props} />
}

/** Says where the person will be sent and what for, before they go. */
function BySignIn({ slug, name, wish, children }: Linking) {
  const asked = useQuery({ ...signInPlaceQuery(slug, wish), staleTime: 60_000 })
  const act = useMutation({ mutationFn: (chooseAccount: boolean) => beginSignIn(slug, { ...wish, chooseAccount }), onSuccess: ({ url }) => go(url) })
  return (
    <Answered asked={asked} what="where to sign in">
      {(place) => (
        <>
          <p>
            You sign in at{' '}
            <strong className="host">
              <Foreign text={place.host} />
            </strong>
            , not here. Handfast never sees your password; it gets a token that works for <Foreign text={name} /> only and that you can take back at
            any time.
          </p>
          {place.scopes.length === 0 ? null : (
            <>
              <p>It will ask you to grant:</p>
              <ul className="scopes">
                {place.scopes.map((scope) => (
                  <li key={scope}>
                    <Foreign text={said[scope] ?? scope} /> {said[scope] === undefined ? null : <code>{scope}</code>}
                  </li>
                ))}
              </ul>
            </>
          )}
          {act.error === null ? null : <Problem error={act.error} />}
          <div className="actions">
            <Button tone="main" pending={act.isPending || act.isSuccess} onPress={() => act.mutate(wish.chooseAccount ?? false)}>
              Continue to {place.host}
            </Button>
            {wish.chooseAccount === true || wish.account !== undefined ? null : (
              <Button isDisabled={act.isPending || act.isSuccess} onPress={() => act.mutate(true)}>
                Choose another account there
              </Button>
            )}
            {children}
          </div>
        </>
      )}
    </Answered>
  )
}

/** The address came from our own server, which checked it; a page is left for http and https only. */
function go(url: string): void {
  const { protocol } = new URL(url)
  if (protocol === 'https:' || protocol === 'http:') location.assign(url)
}

/** Scopes that OpenID Connect fixes (Core, section 5.4); the others are the provider's own words. */
const said: Readonly<Record<string, string>> = {
  openid: 'Know who you are there',
  profile: 'Your name',
  email: 'Your e-mail address',
  offline_access: 'Stay signed in until you disconnect',
}

const helps: Readonly<Record<string, string>> = {
  bearer: 'Paste the key or token as the API gave it to you, without the word Bearer.',
  basic: 'Write it as name:password.',
  header: 'Paste the key as the API gave it to you.',
  query: 'Paste the key as the API gave it to you. This API takes it in the address of each request.',
  cookie: 'Paste the value of the cookie as the API gave it to you.',
}

/** The key goes in and never comes out. The connector is asked whether it takes it before it counts. */
function ByKey({ slug, name, kind, wish, onDone, children }: Linking) {
  const [secret, setSecret] = useState('')
  const client = useQueryClient()
  const act = useMutation({
    mutationFn: () => giveAccountKey(slug, secret.trim(), wish),
    onSuccess: async () => {
      setSecret('')
      await refresh(client, slug)
      onDone?.()
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
        label="Key"
        help={`${helps[kind] ?? ''} You find it in your account with the provider, often under API, developer or security settings. It is sealed here, tried once, and sent to ${name} only.`}
        type="password"
        autoComplete="off"
        isRequired
        maxLength={8_192}
        value={secret}
        onChange={setSecret}
      />
      {act.error === null ? null : <Problem error={act.error} />}
      <div className="actions">
        <Button type="submit" tone="main" pending={act.isPending}>
          Test and save
        </Button>
        {children}
      </div>
    </Form>
  )
}

/** After anything about accounts changed. */
export async function refresh(client: ReturnType<typeof useQueryClient>, slug: string): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: ['accounts'] }),
    client.invalidateQueries({ queryKey: ['connector', slug] }),
    client.invalidateQueries({ queryKey: ['directory'] }),
  ])
}
