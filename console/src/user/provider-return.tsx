import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useParams, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { type CameBackView, finishProvider } from '../api/security.ts'
import { enter } from '../api/session.ts'
import { Page } from '../parts/page.tsx'
import { Problem } from '../parts/problem.tsx'
import { goOn, isServerPage } from './go-on.ts'

/** The answer of the provider, taken out of the address before anything else can read or keep it. */
let answer = ''
export function takeAnswer(): void {
  if (!location.pathname.startsWith('/sign-in/back/')) return
  answer = location.search
  history.replaceState(history.state, '', location.pathname)
}

/** Where a provider sends people back to. */
export function ProviderReturn() {
  const { provider } = useParams({ from: '/door/sign-in/back/$provider' })
  const client = useQueryClient()
  const router = useRouter()
  const act = useMutation({
    mutationFn: (given: string) => finishProvider(provider, given),
    onSuccess: ({ purpose, next, session }: CameBackView) => {
      enter(client, session)
      const path = purpose === 'sign-in' ? goOn(next) : '/security'
      if (isServerPage(path)) location.replace(path)
      else router.history.replace(path)
    },
  })
  const { mutate } = act
  useEffect(() => {
    // Once, also where effects run twice: the answer is good for one time.
    const given = answer
    answer = ''
    if (given !== '') mutate(given)
  }, [mutate])
  if (act.error !== null)
    return (
      <Page title="That did not work" width="text">
        <Problem error={act.error} />
        <p>
          <Link to="/sign-in">Back to the sign-in page</Link>
        </p>
      </Page>
    )
  if (act.isIdle)
    return (
      <Page title="Nothing to do here" width="text">
        <p>
          This page takes up a sign-in that was begun elsewhere. <Link to="/sign-in">Sign in</Link>
        </p>
      </Page>
    )
  return (
    <Page title="One moment" width="text">
      <p role="status">You are being signed in.</p>
    </Page>
  )
}
