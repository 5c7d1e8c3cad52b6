import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { appendEntry, entryBody, type KeySeal, Sequencer, type SequencerOptions } from '../src/ledger/index.ts'
import { MovableClock } from '../src/lib/index.ts'
import { openStorage, type Storage } from '../src/storage/index.ts'
import type { TestDatabase } from './databases.ts'

/** Seals under a key of the test's own. */
export function keySeal(key: Buffer = Buffer.alloc(32, 7)): KeySeal {
  return {
    seal: (text) => {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const sealed = Buffer.concat([cipher.update(text), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')
    },
    open: (sealed) => {
      const bytes = Buffer.from(sealed, 'base64')
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAuthTag(bytes.subarray(12, 28))
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString()
    },
  }
}

/** A process at work on a database, with its ledger. */
export type LedgerNode = AsyncDisposable & { readonly storage: Storage; readonly sequencer: Sequencer; readonly clock: MovableClock }

export async function ledgerNode(
  database: TestDatabase,
  options: Partial<SequencerOptions> & { readonly nodeId?: string } = {},
): Promise<LedgerNode> {
  const { nodeId = 'node_1', ...others } = options
  const storage = await openStorage(database.place, { nodeId })
  const clock = new MovableClock(1_795_000_000_000)
  const sequencer = new Sequencer({ storage, clock, origin: 'handfast.test/ledger', seal: keySeal(), ...others })
  return {
    storage,
    clock,
    sequencer,
    [Symbol.asyncDispose]: async () => {
      await sequencer.stop()
      await storage.close()
    },
  }
}

/** Appends entries `from` up to, not including, `to`, each about the subject `call_<number>`. */
export async function appendEntries(storage: Storage, from: number, to: number, note = 'Grüße ☂'): Promise<void> {
  for (let start = from; start < to; start += 1_000) {
    const rows = Array.from({ length: Math.min(1_000, to - start) }, (_, i) => {
      const subject = `call_${start + i}`
      const at = 1_795_000_000_000 + start + i
      const body = entryBody({
        event: 'call.intended',
        workspace: 'wsp_1',
        subject,
        by: 'usr_alice',
        at,
        facts: { tool: 'book_table', note },
      })
      return appendEntry('wsp_1', at, 'call.intended', subject, body)
    })
    await storage.append(rows)
  }
}
