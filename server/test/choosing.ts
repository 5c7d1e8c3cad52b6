import type { Authorization } from '../src/authorization/index.ts'
import { Approvals, ApproverInbox, Choices, Policies } from '../src/consent/index.ts'
import type { Directory } from '../src/directory/index.ts'
import { Erasure, History } from '../src/history/index.ts'
import { readLedger } from '../src/ledger/index.ts'
import { MovableClock, newId, type UserId, type WorkspaceId } from '../src/lib/index.ts'
import type { EndingStep, People } from '../src/people/index.ts'
import { parseMasterKeys, Sealing } from '../src/sealing/index.ts'
import { Enforcement, openStorage, type Place, type Storage } from '../src/storage/index.ts'
import { Vault } from '../src/vault/index.ts'

export const MASTER_KEY = Buffer.alloc(32, 7).toString('base64')

/** The rooms in which people choose, approve and look back, over one storage. */
export function choosingRooms(given: {
  readonly storage: Storage
  readonly clock: MovableClock
  readonly enforcement: Enforcement
  readonly people: People
  readonly authorization: Authorization
  readonly directory: Pick<Directory, 'toolAges'>
}) {
  const { people, authorization, directory, ...base } = given
  const sealing = new Sealing({ ...base, masterKeys: parseMasterKeys(MASTER_KEY) })
  const choices = new Choices({ ...base, sealing })
  const approvals = new Approvals({ ...base, sealing, dangerouslyAllowLastingYesForDestructive: false })
  const vault = new Vault({ ...base, sealing })
  const history = new History({ ...base, sealing })
  const policies = new Policies({
    ...base,
    personOf: (user, of) => people.workspaces.personOf(user, of),
    audienceOf: (of) => people.workspaces.audienceOf(of),
    toolAgesOf: (connector) => directory.toolAges(connector),
  })
  const approverInbox = new ApproverInbox({ ...base, sealing })
  const ending: readonly EndingStep[] = [
    (person, at) => authorization.erasing(person, at),
    (person, at) => choices.erasing(person, at),
    (person, at) => vault.erasing(person, at),
  ]
  const erasure = new Erasure({
    ...base,
    sealing,
    steps: [(person, at) => people.erasing(person.user, at), ...ending],
  })
  return { sealing, choices, policies, approvals, approverInbox, ending, vault, history, erasure, ledger: readLedger(base.storage) }
}

/** One process with these rooms on a database; on PostgreSQL there may be several. People are mere ids here. */
export async function openProcess(
  place: Place,
  given: { readonly nodeId?: string; readonly clock?: MovableClock; readonly masterKeys?: string } = {},
) {
  const storage = await openStorage(place, { nodeId: given.nodeId ?? 'node_one' })
  const enforcement = new Enforcement(storage)
  await enforcement.start()
  const base = { storage, enforcement, clock: given.clock ?? new MovableClock(1_795_000_000_000) }
  const sealing = new Sealing({ ...base, masterKeys: parseMasterKeys(given.masterKeys ?? MASTER_KEY) })
  return {
    ...base,
    sealing,
    choices: new Choices({ ...base, sealing }),
    approvals: new Approvals({ ...base, sealing, dangerouslyAllowLastingYesForDestructive: false }),
    vault: new Vault({ ...base, sealing }),
    history: new History({ ...base, sealing }),
    /** Names of ledger events about a subject, oldest first. */
    traces: async (subject: string) =>
      (await storage.db.selectFrom('ledger_entries').select('event').where('subject', '=', subject).orderBy('position').execute()).map(
        (row) => row.event,
      ),
    [Symbol.asyncDispose]: () => storage.close(),
  }
}

export type Process = Awaited<ReturnType<typeof openProcess>>

export function somebody(workspace: WorkspaceId = 'wsp_home'): { readonly user: UserId; readonly workspace: WorkspaceId } {
  return { user: newId('usr'), workspace }
}

export type ChoosingRooms = ReturnType<typeof choosingRooms>
