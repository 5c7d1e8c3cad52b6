import type { Authorization } from '../src/authorization/index.ts'
import { Approvals, Choices } from '../src/consent/index.ts'
import { Erasure, History } from '../src/history/index.ts'
import { readLedger } from '../src/ledger/index.ts'
import type { MovableClock } from '../src/lib/index.ts'
import type { People } from '../src/people/index.ts'
import { parseMasterKeys, Sealing } from '../src/sealing/index.ts'
import type { Enforcement, Storage } from '../src/storage/index.ts'
import { Vault } from '../src/vault/index.ts'

export const MASTER_KEY = Buffer.alloc(32, 7).toString('base64')

/** The rooms in which people choose, approve and look back, over one storage. */
export function choosingRooms(given: {
  readonly storage: Storage
  readonly clock: MovableClock
  readonly enforcement: Enforcement
  readonly people: People
  readonly authorization: Authorization
}) {
  const { people, authorization, ...base } = given
  const sealing = new Sealing({ ...base, masterKeys: parseMasterKeys(MASTER_KEY) })
  const choices = new Choices({ ...base, sealing })
  const approvals = new Approvals({ ...base, sealing, dangerouslyAllowLastingYesForDestructive: false })
  const vault = new Vault({ ...base, sealing })
  const history = new History({ ...base, sealing })
  const erasure = new Erasure({
    ...base,
    sealing,
    steps: [
      (person, at) => people.erasing(person.user, at),
      (person, at) => authorization.erasing(person, at),
      (person, at) => choices.erasing(person, at),
      (person, at) => vault.erasing(person, at),
    ],
  })
  return { sealing, choices, approvals, vault, history, erasure, ledger: readLedger(base.storage) }
}

export type ChoosingRooms = ReturnType<typeof choosingRooms>
