import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeliveryId } from './delivery.ts'

/** Mails of a house without a mail server: each a file that any mail program opens, for its owner's eyes only. */
export class KeptMails {
  readonly #folder: string
  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, 'notices')
  }

  fileOf(delivery: DeliveryId): string {
    // An id is letters, digits and one dash below: nothing in it leads out of the folder.
    return join(this.#folder, `${delivery}.eml`)
  }

  /** Writes it whole, over what an attempt before may have left. */
  async keep(delivery: DeliveryId, raw: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const file = this.fileOf(delivery)
    await rm(file, { force: true })
    const handle = await open(file, 'wx', 0o600)
    try {
      await handle.writeFile(raw, 'latin1')
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  /** Removes one; it may be gone already. */
  async forget(delivery: DeliveryId): Promise<void> {
    await rm(this.fileOf(delivery), { force: true })
  }
}
