import type { IncomingMessage, ServerResponse } from 'node:http'
import { writeSecurityTxt } from '../incidents/index.ts'
import { type Clock, DAY } from '../lib/index.ts'

/** How long what we say is good; it is written anew each day (RFC 9116 section 2.5.5 wants less than a year). */
const GOOD_FOR = 180 * DAY

/** Where reports of weaknesses of this installation go (RFC 9116). Nothing stands there until the operator says so. */
export class SecurityTxtDoor {
  readonly #origin: string
  readonly #contacts: readonly string[]
  readonly #policy: string | undefined
  readonly #clock: Clock

  constructor(
    origin: string,
    settings: { readonly securityContacts: readonly string[]; readonly securityPolicy?: string | undefined },
    clock: Clock,
  ) {
    this.#origin = origin
    this.#contacts = settings.securityContacts
    this.#policy = settings.securityPolicy
    this.#clock = clock
  }

  handle(req: IncomingMessage, res: ServerResponse): void {
    const plain = { 'content-type': 'text/plain; charset=utf-8' }
    if (req.method !== 'GET' && req.method !== 'HEAD') return void res.writeHead(405, { allow: 'GET, HEAD' }).end()
    if (this.#contacts.length === 0) return void res.writeHead(404, plain).end('The operator has not said where reports go.\n')
    const today = Math.floor(this.#clock.now() / DAY) * DAY
    const text = writeSecurityTxt({ contacts: this.#contacts, policy: this.#policy, origin: this.#origin, expires: today + GOOD_FOR })
    res.writeHead(200, { ...plain, 'cache-control': 'public, max-age=3600' }).end(req.method === 'HEAD' ? undefined : text)
  }
}
