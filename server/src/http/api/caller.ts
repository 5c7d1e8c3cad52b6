import type { Role } from '@handfast/contract'
import type { Principal } from '../../authorization/index.ts'
import type { UserId, WorkspaceId } from '../../lib/index.ts'

/** Somebody of whom nothing is known but where the request came from. */
export type Visitor = {
  /** Network address, after the trusted proxies. */
  readonly address: string
  /** The `User-Agent` as sent, shortened. */
  readonly agent: string
}

/** Who calls, proven by a session cookie or an access token. */
export type Caller = Visitor & {
  readonly user: UserId
  readonly workspace: WorkspaceId
  readonly roles: readonly Role[]
  readonly via: 'session' | 'token'
  /** Hash of the session, where the call came with one. It names the session; it does not open it. */
  readonly session: string | null
  /** Whether the session was begun, or proven since, with more than a password. The command line of this machine counts so too. */
  readonly strong: boolean
  /** What the access token stands for, where the call came with one. */
  readonly principal: Principal | null
}
