import { useQueryClient } from '@tanstack/react-query'
import { type DirectoryDetail, disableConnector } from '../api/connectors.ts'
import { Button } from '../parts/button.tsx'
import { Confirm } from '../parts/dialog.tsx'

/** Stops a connector for this person, from the next call on. */
export function Disable({ of }: { readonly of: DirectoryDetail }) {
  const client = useQueryClient()
  const act = async () => {
    await disableConnector(of.slug)
    await Promise.all([
      client.invalidateQueries({ queryKey: ['connector', of.slug] }),
      client.invalidateQueries({ queryKey: ['directory'] }),
      client.invalidateQueries({ queryKey: ['standing'] }),
    ])
  }
  return (
    <Confirm trigger={<Button>Disable</Button>} title="Disable this connector?" yes="Disable" act={act}>
      <p>Your assistants stop seeing its tools, and no further call of yours reaches it. Lasting yeses for it end.</p>
      <p>What it already received stays with it; your record of the calls stays here.</p>
    </Confirm>
  )
}
