import { Link } from '@tanstack/react-router'
import { ApiError, UnreachableError } from '../api/ask.ts'
import { Button } from './button.tsx'
import { Foreign } from './foreign.tsx'

const moves: Readonly<Record<string, string>> = {
  user: 'You can put this right.',
  developer: "The connector's developer has to put this right.",
  operator: 'Whoever runs this Handfast has to put this right.',
  wait: 'Wait a little, then try again.',
}

/** The path of a link into this console; anything else is not followed from here. */
function ownPath(link: string | undefined): string | undefined {
  if (link === undefined) return undefined
  const url = URL.parse(link, location.origin)
  return url?.origin === location.origin ? url.pathname : undefined
}

/** What went wrong, in the server's words, and whose move it is. */
export function Problem({ error, retry }: { readonly error: unknown; readonly retry?: (() => void) | undefined }) {
  const said = error instanceof ApiError ? error : undefined
  const text = said?.message ?? (error instanceof UnreachableError ? error.message : 'Something failed in this page. Reload it and try again.')
  const path = ownPath(said?.link)
  const move = said === undefined ? undefined : moves[said.who]
  return (
    <div role="alert" className="problem">
      <p>
        <Foreign text={text} />
      </p>
      {move === undefined ? null : <p className="move">{move}</p>}
      {said?.ref === undefined ? null : (
        <p className="move">
          Reference <code>{said.ref}</code>
        </p>
      )}
      {path === undefined || path === location.pathname ? null : (
        <p>
          <Link to={path}>Go there</Link>
        </p>
      )}
      {retry === undefined ? null : <Button onPress={retry}>Try again</Button>}
    </div>
  )
}
