import { passkeyTrouble } from '../api/security.ts'
import { Problem } from './problem.tsx'

/** What went wrong with a passkey: in the browser's dialog, or at the server. */
export function PasskeyProblem({ error }: { readonly error: unknown }) {
  const trouble = passkeyTrouble(error)
  if (trouble === null) return <Problem error={error} />
  return (
    <p role="alert" className="notice caution">
      {trouble}
    </p>
  )
}
