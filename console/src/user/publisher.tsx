import type { DirectoryEntry } from '../api/connectors.ts'
import { Foreign } from '../parts/foreign.tsx'

/** Whose connector it is. When that is not the owner of the API, it is said, always. */
export function Publisher({ publisher }: { readonly publisher: DirectoryEntry['publisher'] }) {
  return (
    <>
      Published by <Foreign text={publisher.name} />
      {publisher.ownsApi ? ', who own the API' : <strong>, not by the API's owner</strong>}
    </>
  )
}
