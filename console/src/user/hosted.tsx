import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { enter, openPageLink } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { Page } from '../parts/page.tsx'
import { Problem } from '../parts/problem.tsx'
import { useLinkToken } from './link-token.ts'

/** Where an assistant sends a user of its own: the assistant has signed them in, so there is no password here. */
export function HostedPage() {
  const token = useLinkToken()
  const client = useQueryClient()
  const router = useRouter()
  const act = useMutation({
    mutationFn: openPageLink,
    onSuccess: ({ page, session }) => {
      enter(client, session)
      router.history.replace(page)
    },
  })
  if (token === '')
    return (
      <Page title="This link is not whole" width="text">
        <p>Go back to the assistant, and open the page from there. Each link works once, within a minute.</p>
      </Page>
    )
  return (
    <Page title="Go on from your assistant" width="text" lead="Your assistant sent you here to look at something that needs you.">
      <p>Go on only if you have just asked the assistant for this. What you allow or link next is for your account there, in this browser.</p>
      {act.error === null ? null : <Problem error={act.error} />}
      <div className="actions">
        <Button tone="main" pending={act.isPending} onPress={() => act.mutate(token)}>
          Go on
        </Button>
      </div>
    </Page>
  )
}
