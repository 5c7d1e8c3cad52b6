import type { DirectoryDetail, DirectoryEntry } from '../api/connectors.ts'
import { Foreign } from '../parts/foreign.tsx'

/** Whose connector it is. When that is not the owner of the API, it is said, always. */
export function Publisher({
  publisher,
  relation,
  selfReviewed,
}: {
  readonly publisher: DirectoryEntry['publisher']
  readonly relation?: DirectoryDetail['relation']
  readonly selfReviewed: boolean
}) {
  return (
    <>
      Published by <Foreign text={publisher.name} />
      <Standing ownsApi={publisher.ownsApi} relation={relation} />
      {selfReviewed ? <>; reviewed by whoever stands behind it</> : null}
    </>
  )
}

function Standing({ ownsApi, relation }: { readonly ownsApi: boolean; readonly relation: DirectoryDetail['relation'] | undefined }) {
  if (relation === 'owner-verified') return <>, who own the API; a reviewer looked at that</>
  if (relation === 'owner-declared') return <>, who say that they own the API</>
  if (relation === 'house')
    return (
      <>
        {' '}
        for this house, <strong>not by the API's owner</strong>
      </>
    )
  return ownsApi ? (
    <>, who say that they own the API</>
  ) : (
    <>
      , <strong>not by the API's owner</strong>
    </>
  )
}
