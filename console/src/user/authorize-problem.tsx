import { useSearch } from '@tanstack/react-router'
import { Page } from '../parts/page.tsx'

/** What a person can do about each way in which a request of an assistant cannot go on. */
const words: Readonly<Record<string, string>> = {
  invalid_client: 'The assistant could not be recognised: what it says of itself cannot be fetched, is not valid, or is not admitted here.',
  invalid_redirect_uri: 'The assistant wanted the answer sent to an address that is not one of its own, so nothing was sent.',
  invalid_request: 'The assistant sent a request that is not complete.',
  request_over: 'This request is over, or it was begun in another browser.',
  too_many: 'There were very many requests in the last minute. Wait a little.',
  server_error: 'Something failed on our side. Whoever runs this Handfast finds it in the log.',
}

export function AuthorizeProblemPage() {
  const { error } = useSearch({ from: '/door/authorize-problem' })
  return (
    <Page title="This request cannot go on" width="text">
      <p>{words[error ?? ''] ?? 'The request of the assistant cannot be used.'}</p>
      <p>No access was given. Go back to the assistant and connect again; if it comes to the same end, tell whoever makes the assistant.</p>
    </Page>
  )
}
