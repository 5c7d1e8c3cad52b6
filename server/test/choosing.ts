import type { Authorization } from '../src/authorization/index.ts'
import { Approvals, ApproverInbox, Choices, Policies } from '../src/consent/index.ts'
import type { Directory } from '../src/directory/index.ts'
import { createEgress } from '../src/egress/index.ts'
import { Erasure, History } from '../src/history/index.ts'
import { readLedger } from '../src/ledger/index.ts'
import { type Clock, MovableClock, newId, type UserId, type WorkspaceId } from '../src/lib/index.ts'
import { createLinks, type LinksNeeds } from '../src/links/index.ts'
import { NoticeErasure } from '../src/notices/index.ts'
import type { EndingStep, People } from '../src/people/index.ts'
import { Schedule } from '../src/schedule/index.ts'
import { parseMasterKeys, Sealing } from '../src/sealing/index.ts'
import { Enforcement, openStorage, type Place, type Storage } from '../src/storage/index.ts'
import { createUpstream } from '../src/upstream/index.ts'
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
  const links = linksOver({ ...base, sealing, vault })
  const history = new History({ ...base, sealing })
  const policies = new Policies({
    ...base,
    personOf: (user, of) => people.workspaces.personOf(user, of),
    audienceOf: (of) => people.workspaces.audienceOf(of),
    toolAgesOf: (connector) => directory.toolAges(connector),
  })
  const approverInbox = new ApproverInbox({ ...base, sealing })
  const notices = new NoticeErasure({ ...base, schedule: new Schedule(base), kept: null })
  const ending: readonly EndingStep[] = [
    (person, at) => authorization.erasing(person, at),
    (person, at) => choices.erasing(person, at),
    (person) => links.linked.erasing(person),
    (person, at) => vault.erasing(person, at),
    (person, at) => notices.erasing(person, at),
  ]
  const erasure = new Erasure({
    ...base,
    sealing,
    steps: [(person, at) => people.erasing(person.user, at), ...ending],
  })
  return { sealing, choices, policies, approvals, approverInbox, ending, vault, links, history, erasure, ledger: readLedger(base.storage) }
}

/** Accounts over one storage, with a way out of their own. */
export function linksOver(
  base: { readonly storage: Storage; readonly clock: Clock; readonly enforcement: Enforcement; readonly sealing: Sealing; readonly vault: Vault },
  more: Partial<LinksNeeds> = {},
) {
  const egress = createEgress({ allow: [], dangerouslyAllowPrivateAddresses: true })
  return createLinks({
    ...base,
    schedule: new Schedule(base),
    egress,
    upstream: createUpstream({ egress, clock: base.clock, client: { name: 'handfast-test', version: '0' } }),
    node: 'node_one',
    workspace: 'wsp_home',
    rule: { loopbackByHttp: true },
    publicUrl: () => 'https://handfast.example',
    name: () => 'Handfast',
    onFault: () => {},
    ...more,
  })
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
