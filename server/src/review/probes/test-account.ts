import { placementOf, type ReleaseContent } from '@handfast/contract'
import type { Credential } from '../../upstream/index.ts'
import type { ProbeKey } from '../../vault/index.ts'

/** The key of the test account where the release says that keys go. An access token stands in as a bearer token. */
export function credentialOf({ credential }: Pick<ReleaseContent, 'credential'>, key: ProbeKey): Credential {
  return { placement: placementOf(credential), secret: key.secret, id: key.id }
}
