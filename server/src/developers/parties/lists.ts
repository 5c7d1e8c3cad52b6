import { createHash } from 'node:crypto'
import type { Egress } from '../../egress/index.ts'
import { record } from '../../ledger/index.ts'
import { canonicalJson, DAY, HOUR, newId, Refusal, sha256, type UserId, type WorkspaceId } from '../../lib/index.ts'
import type { Done, Due, Handlers } from '../../schedule/index.ts'
import { type Write, write } from '../../storage/index.ts'
import type { DeveloperParts } from '../parts.ts'
import { fetchFile } from './fetch-file.ts'
import { checkAddresses, filesOf, type ListAddresses } from './list-addresses.ts'
import { ListInvalidError, MOST_LIST_BYTES, MOST_PART_BYTES } from './list-bounds.ts'
import { type KeptEntry, ListStore, type PartyList } from './list-store.ts'
import type { ListedParty, ListSource } from './party.ts'
import { ListNotFoundError, ListPartMissingError, PartyChecksOffError } from './party-errors.ts'
import type { PartyRulesLog } from './party-rules.ts'
import type { ListFile } from './read-sdn.ts'

const READ = 'developers.read-list'
const FETCH = 'developers.fetch-list'
const WATCH = 'developers.watch-lists'
const FETCH_EVERY = 12 * HOUR
/** A list that was not seen for so long is out of date. */
export const OUTDATED = 7 * DAY
const ENTRIES_AT_ONCE = 100

/** Loaded with the first list, as is what compares names: tables of all scripts are large, and most houses have no list. */
const readers: Readonly<Record<ListSource, () => Promise<(file: ListFile) => AsyncGenerator<ListedParty>>>> = {
  'ofac-sdn': async () => (await import('./read-sdn.ts')).readSdn,
  'us-csl': async () => (await import('./read-csl.ts')).readCsl,
}

/** Denied-party lists: files that the operator hands in, or that are fetched from addresses that the operator gave. None ships. */
export class PartyLists {
  readonly #parts: DeveloperParts
  readonly #egress: Egress
  readonly #rules: PartyRulesLog
  readonly store: ListStore
  readonly #changed: (workspace: WorkspaceId, at: number) => readonly Write[]

  /** @param changed what has to happen when another edition is in force */
  constructor(parts: DeveloperParts, egress: Egress, rules: PartyRulesLog, changed: (workspace: WorkspaceId, at: number) => readonly Write[]) {
    this.#parts = parts
    this.#egress = egress
    this.#rules = rules
    this.store = new ListStore(parts.storage.db)
    this.#changed = changed
  }

  /** Begins to take an edition in, in parts. @throws PartyChecksOffError */
  async begin(workspace: WorkspaceId, source: ListSource, publishedOn: string | null, by: string, origin: PartyList['origin'] = 'upload') {
    if (!(await this.#rules.isOn(workspace))) throw new PartyChecksOffError()
    const at = this.#parts.clock.now()
    const empty = { sha256: null, entries: 0, bytes: 0, alarmedAt: null, failure: null }
    const list: PartyList = { id: newId('pls', at), source, state: 'loading', publishedOn, origin, takenBy: by, at, seenAt: at, ...empty }
    await this.#parts.storage.write([this.store.adding(workspace, list)])
    return list
  }

  /** @throws ListNotFoundError, ListInvalidError */
  async addPart(workspace: WorkspaceId, id: string, file: string, number: number, body: Uint8Array): Promise<void> {
    const list = await this.store.get(workspace, id)
    if (list === undefined || list.state !== 'loading') throw new ListNotFoundError()
    if (!filesOf[list.source].includes(file)) throw new ListInvalidError(`a file ${file} does not belong to it`)
    if (body.byteLength > MOST_PART_BYTES || list.bytes + body.byteLength > MOST_LIST_BYTES) throw new ListInvalidError('it is too large')
    await this.#parts.storage.write(this.store.addingPart(workspace, id, file, number, body, MOST_LIST_BYTES))
  }

  /**
   * All parts are there: the list is read as soon as somebody gets to it.
   * @param publishedOn where that is known only now
   * @throws ListNotFoundError, ListPartMissingError: what was to stand between two parts would be missing in silence
   */
  async finish(workspace: WorkspaceId, id: string, publishedOn?: string | null): Promise<void> {
    const { storage, schedule, clock } = this.#parts
    const gap = await this.store.gap(workspace, id)
    if (gap !== undefined) throw new ListPartMissingError(gap.file, gap.number)
    await storage.write([
      this.store.setting(workspace, id, ['loading'], { state: 'reading', ...(publishedOn === undefined ? {} : { published_on: publishedOn }) }),
      schedule.putting({ workspace, kind: READ, subject: id, dueAt: clock.now() }),
    ])
  }

  /** Says where a source is fetched from, or with null that it is not. @throws PartyChecksOffError, ListAddressError */
  async setAddresses(workspace: WorkspaceId, source: ListSource, addresses: ListAddresses | null, by: UserId): Promise<void> {
    const { storage, schedule, clock } = this.#parts
    if (addresses !== null) {
      if (!(await this.#rules.isOn(workspace))) throw new PartyChecksOffError()
      checkAddresses(source, addresses)
    }
    const at = clock.now()
    const { db } = storage
    const row = { workspace_id: workspace, source, addresses: JSON.stringify(addresses), set_by: by, at }
    const place = { workspace, kind: FETCH, subject: source }
    await storage.write([
      addresses === null
        ? write(db.deleteFrom('party_sources').where('workspace_id', '=', workspace).where('source', '=', source))
        : write(
            db
              .insertInto('party_sources')
              .values(row)
              .onConflict((conflict) => conflict.columns(['workspace_id', 'source']).doUpdateSet(row)),
          ),
      addresses === null ? schedule.cancelling(place) : schedule.putting({ ...place, dueAt: at }),
      record(db, {
        event: 'list.addressed',
        workspace,
        subject: workspace,
        by,
        at,
        facts: { source, addresses: addresses === null ? null : { ...addresses } },
      }),
    ])
  }

  async addresses(workspace: WorkspaceId): Promise<Readonly<Partial<Record<ListSource, ListAddresses>>>> {
    const rows = await this.#parts.storage.db.selectFrom('party_sources').selectAll().where('workspace_id', '=', workspace).execute()
    return Object.fromEntries(rows.map((row) => [row.source, JSON.parse(row.addresses) as ListAddresses]))
  }

  /** For the transaction that switches checks on: lists are watched from then on, and fetched at once where the operator said from where. */
  async starting(workspace: WorkspaceId, at: number): Promise<readonly Write[]> {
    const { schedule } = this.#parts
    const sources = Object.keys(await this.addresses(workspace))
    return [
      schedule.putting({ workspace, kind: WATCH, subject: workspace, dueAt: at + DAY }),
      ...sources.map((source) => schedule.putting({ workspace, kind: FETCH, subject: source, dueAt: at })),
    ]
  }

  /** For the transaction that switches them off: nothing is fetched, read or kept any more. */
  stopping(workspace: WorkspaceId): readonly Write[] {
    const { schedule, storage } = this.#parts
    const { db } = storage
    const all: readonly ListSource[] = ['ofac-sdn', 'us-csl']
    return [
      schedule.cancelling({ workspace, kind: WATCH, subject: workspace }),
      ...all.map((source) => schedule.cancelling({ workspace, kind: FETCH, subject: source })),
      write(db.updateTable('party_lists').set({ state: 'replaced' }).where('workspace_id', '=', workspace).where('state', '!=', 'refused')),
      write(db.deleteFrom('party_list_entries').where('workspace_id', '=', workspace)),
      write(db.deleteFrom('party_list_parts').where('workspace_id', '=', workspace)),
    ]
  }

  handlers(): Handlers {
    const longest = 15 * 60_000
    return {
      [READ]: { work: (due) => this.#read(due), longest, attempts: 4 },
      [FETCH]: { work: (due) => this.#fetch(due), longest },
      [WATCH]: { work: (due) => this.#watch(due) },
    }
  }

  /** Takes a whole edition apart. What it wrote before an end in the middle is written again. */
  async #read({ workspace: of, subject, now, signal }: Due): Promise<Done> {
    const workspace = of as WorkspaceId
    const list = await this.store.get(workspace, subject)
    if (list === undefined || list.state !== 'reading' || !(await this.#rules.isOn(workspace))) return {}
    try {
      const digest = await this.#digest(workspace, list)
      const known = (await this.store.inForce(workspace)).find((one) => one.source === list.source)
      if (known !== undefined && known.sha256 === digest) return { writes: this.#seenAgain(workspace, list, known, now) }
      const entries = await this.#keep(workspace, list, signal)
      if (entries === 0) throw new ListInvalidError('it has no entries')
      return { writes: this.#taking(workspace, list, digest, entries, now) }
    } catch (error) {
      if (!(error instanceof ListInvalidError)) throw error
      return { writes: this.#refusing(workspace, list, error.message, now) }
    }
  }

  async #digest(workspace: WorkspaceId, list: PartyList): Promise<string> {
    const whole = createHash('sha256')
    for (const file of await this.store.files(workspace, list.id)) {
      const one = createHash('sha256')
      for await (const bytes of this.store.bytes(workspace, list.id, file)) one.update(bytes)
      whole.update(`${file} ${one.digest('hex')}\n`)
    }
    return whole.digest('hex')
  }

  async #keep(workspace: WorkspaceId, list: PartyList, signal: AbortSignal): Promise<number> {
    const { storage } = this.#parts
    await storage.write([this.store.forgettingEntries(workspace, list.id)])
    const files = new Set(await this.store.files(workspace, list.id))
    let batch: KeptEntry[] = []
    let count = 0
    const put = async () => {
      signal.throwIfAborted()
      await storage.write([this.store.addingEntries(workspace, list.id, batch)])
      batch = []
    }
    const { readName } = await import('./read-name.ts')
    const read = await readers[list.source]()
    for await (const listed of read((file) => (files.has(file) ? this.store.bytes(workspace, list.id, file) : undefined))) {
      batch.push({ listed, read: listed.names.map(readName), sha256: sha256(canonicalJson(listed)) })
      count++
      if (batch.length === ENTRIES_AT_ONCE) await put()
    }
    if (batch.length > 0) await put()
    return count
  }

  #taking(
    workspace: WorkspaceId,
    { id, source, publishedOn, takenBy, origin }: PartyList,
    digest: string,
    entries: number,
    at: number,
  ): readonly Write[] {
    const { db } = this.#parts.storage
    return [
      this.store.replacing(workspace, source),
      this.store.setting(workspace, id, ['reading'], { state: 'in-force', sha256: digest, entries, seen_at: at }),
      ...this.store.sweeping(workspace),
      record(db, { event: 'list.taken', workspace, subject: id, by: takenBy, at, facts: { source, sha256: digest, entries, publishedOn, origin } }),
      ...this.#changed(workspace, at),
    ]
  }

  #seenAgain(workspace: WorkspaceId, list: PartyList, known: PartyList, at: number): readonly Write[] {
    return [
      this.store.setting(workspace, known.id, ['in-force'], { seen_at: at, alarmed_at: null }),
      this.store.setting(workspace, list.id, ['reading'], { state: 'replaced', sha256: known.sha256 }),
      ...this.store.sweeping(workspace),
    ]
  }

  #refusing(workspace: WorkspaceId, list: PartyList, failure: string, at: number): readonly Write[] {
    const { storage, outbox } = this.#parts
    return [
      this.store.setting(workspace, list.id, ['reading'], { state: 'refused', failure }),
      ...this.store.sweeping(workspace),
      record(storage.db, { event: 'list.refused', workspace, subject: list.id, by: list.takenBy, at, facts: { source: list.source } }),
      ...outbox.sending(toOperator(workspace, list.id, 'developers.list-refused', `The list ${list.source} could not be read`, failure), at),
    ]
  }

  async #fetch({ workspace: of, subject, now, signal }: Due): Promise<Done> {
    const workspace = of as WorkspaceId
    const source = subject as ListSource
    const addresses = (await this.addresses(workspace))[source]
    if (addresses === undefined || !(await this.#rules.isOn(workspace))) return {}
    const list = await this.begin(workspace, source, null, 'system', 'fetch')
    try {
      const dates: string[] = []
      for (const [file, address] of Object.entries(addresses)) {
        const date = await fetchFile(this.#egress, file, address, signal, (number, bytes) => this.addPart(workspace, list.id, file, number, bytes))
        if (date !== null) dates.push(date)
      }
      await this.finish(workspace, list.id, dates.toSorted().at(-1) ?? null)
      return { next: now + FETCH_EVERY }
    } catch (error) {
      if (signal.aborted || !(error instanceof Refusal)) throw error
      const failure = `${error.code}: ${error.message}`.slice(0, 500)
      return {
        writes: [this.store.setting(workspace, list.id, ['loading'], { state: 'refused', failure }), ...this.store.sweeping(workspace)],
        next: now + HOUR,
      }
    }
  }

  /** Once a day: a list that nobody has seen for a week is said aloud, once, until it is seen again; one that was never handed in whole is given up. */
  async #watch({ workspace: of, now }: Due): Promise<Done> {
    const workspace = of as WorkspaceId
    if (!(await this.#rules.isOn(workspace))) return {}
    const lists = await this.store.inForce(workspace)
    const old = lists.filter((list) => now - list.seenAt >= OUTDATED && list.alarmedAt === null)
    const writes = old.flatMap((list) => {
      const days = Math.floor((now - list.seenAt) / DAY)
      const body = `The list ${list.source} was seen for the last time ${days} days ago, as of ${new Date(list.seenAt).toISOString()}. Checks go on with it.`
      return [
        this.store.setting(workspace, list.id, ['in-force'], { alarmed_at: now }),
        ...this.#parts.outbox.sending(
          toOperator(workspace, list.id, 'developers.list-outdated', `The list ${list.source} is out of date`, body),
          now,
        ),
      ]
    })
    return {
      writes: [
        ...writes,
        this.store.givingUp(workspace, now - DAY),
        ...this.store.sweeping(workspace),
        this.store.tidying(workspace, now - 30 * DAY),
      ],
      next: now + DAY,
    }
  }
}

function toOperator(workspace: WorkspaceId, subject: string, kind: `${string}.${string}`, title: string, body: string) {
  return { workspace, to: { kind: 'operator' }, kind, clause: '7c-export', legal: false, connector: null, subject, title, body } as const
}
