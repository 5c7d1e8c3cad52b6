import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { openKeys, type TransitUse } from '../src/keys/index.ts'
import { MovableClock } from '../src/lib/index.ts'
import { Sealing } from '../src/sealing/index.ts'
import { Enforcement, openStorage, type Place } from '../src/storage/index.ts'
import { Vault } from '../src/vault/index.ts'

export type KeyNodeOptions = {
  readonly node?: string
  readonly clock?: MovableClock
  /** Keys from the environment, instead of the file. */
  readonly masterKey?: string
  readonly transit?: TransitUse
}

/** A node with its own key file, storage and vault. It looks at its keys when a test says so, and never by itself. */
export async function openKeyNode(place: Place, folder: string, options: KeyNodeOptions = {}) {
  const node = options.node ?? 'node_one'
  const clock = options.clock ?? new MovableClock(1_795_000_000_000)
  const storage = await openStorage(place, { nodeId: node })
  const enforcement = new Enforcement(storage)
  await enforcement.start()
  const base = { storage, enforcement, clock }
  const file = join(folder, `${node}.key`)
  const troubles: string[] = []
  try {
    const keys = await openKeys(
      { masterKey: options.masterKey, masterKeyFile: file, transit: options.transit },
      { storage, clock, node, onTrouble: (why) => troubles.push(why), onDropped: () => enforcement.forgetAll() },
    )
    const sealing = new Sealing({ ...base, masterKeys: keys.ring })
    keys.start(sealing)
    await keys.look()
    return {
      ...base,
      node,
      file,
      keys,
      sealing,
      troubles,
      vault: new Vault({ ...base, sealing }),
      /** State and records of each key, newest first. */
      states: async () => (await keys.list()).map(({ state, records }) => [state, records]),
      events: async () =>
        (await storage.db.selectFrom('ledger_entries').select('body').where('subject', 'like', 'master-key:%').orderBy('position').execute()).map(
          ({ body }) => JSON.parse(body) as { readonly event: string; readonly subject: string },
        ),
      [Symbol.asyncDispose]: async () => {
        await keys.close()
        await storage.close()
      },
    }
  } catch (error) {
    await storage.close()
    throw error
  }
}

export type KeyNode = Awaited<ReturnType<typeof openKeyNode>>

/** The operator brings the key file of one node to another. */
export function bringKeys(folder: string, from: string, to: string): void {
  copyFileSync(join(folder, `${from}.key`), join(folder, `${to}.key`))
}
