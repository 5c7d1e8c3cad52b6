import type { IncomingMessage } from 'node:http'
import type { UserId } from '../../lib/index.ts'

/**
 * Requests that came through the control door of this machine, and the account in whose name each acts. It is known by the request itself,
 * never by something that a request says, so nothing that arrives on the public port can claim it.
 */
export class LocalCallers {
  readonly #users = new WeakMap<IncomingMessage, UserId>()

  vouch(request: IncomingMessage, user: UserId): void {
    this.#users.set(request, user)
  }

  userOf(request: IncomingMessage): UserId | undefined {
    return this.#users.get(request)
  }
}
