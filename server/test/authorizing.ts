import { AuthorizationServer, type AuthorizationServerNeeds } from '../src/authorization/index.ts'
import { DAY, HOUR } from '../src/lib/index.ts'
import { sameKey } from './quick-secrets.ts'

type Given = Pick<AuthorizationServerNeeds, 'storage' | 'clock' | 'enforcement' | 'sealing' | 'people' | 'authorization'>

async function nowhere(): Promise<never> {
  throw new Error('nothing is fetched here')
}

/** The authorization server over these rooms, without a way out. */
export function authorizationServerOver(base: Given): AuthorizationServer {
  return new AuthorizationServer({
    ...base,
    fetchDocument: nowhere,
    fetchKeySet: nowhere,
    cookieKey: new Uint8Array(32).fill(9),
    origin: () => 'http://localhost',
    options: { registration: true, unusedDays: 30, documentHosts: [], accessTokenMs: HOUR, staysMs: 30 * DAY },
    onFault: (error) => {
      throw error
    },
    makeKey: sameKey,
  })
}
