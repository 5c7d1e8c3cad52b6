import { RateWindow } from '../../../authorization/index.ts'
import { type Clock, HOUR, type WorkspaceId } from '../../../lib/index.ts'
import type { Visitor } from '../caller.ts'

/** What strangers hand in goes to the first workspace, so many an hour from one place, and not more in all than a person can read. */
export class PublicDoor {
  readonly workspace: WorkspaceId
  readonly #places: RateWindow
  readonly #mails: RateWindow

  constructor(clock: Clock, workspace: WorkspaceId) {
    this.workspace = workspace
    this.#places = new RateWindow(clock, { perKey: 5, inTotal: 200, windowMs: HOUR })
    // Nobody can have an address of somebody else flooded with our answers.
    this.#mails = new RateWindow(clock, { perKey: 3, inTotal: 200, windowMs: 24 * HOUR })
  }

  /** @throws TooManyRequestsError */
  knock({ address }: Visitor, email: string | null): void {
    this.#places.take(address)
    if (email !== null) this.#mails.take(email.toLowerCase())
  }
}
