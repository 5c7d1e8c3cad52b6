import { record } from '../ledger/index.ts'
import { type CallId, type Clock, isObject, type Json, type JsonObject, Refusal, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { PersonalSealer, Sealing } from '../sealing/index.ts'
import type { Storage } from '../storage/index.ts'
import { argumentsPlace, type OutcomeState, resultPlace } from './call-rows.ts'
import { type CallTarget, recentTargets } from './recent-calls.ts'

/** One call as its person sees it. */
export type CallNote = {
  readonly id: CallId
  readonly at: number
  readonly assistant: string
  /** Slug; null where the call named no connector that there is. */
  readonly connector: string | null
  readonly tool: string
  readonly protocol: string
  /** `sent`: the intent is durable and no outcome yet. */
  readonly state: OutcomeState | 'sent'
  readonly code: string | null
  readonly durationMs: number | null
  /** Since when its answer is not shown, because a complaint about it was upheld; null: it is shown. */
  readonly blockedAt: number | null
}

/** A kept value; of a long one only its length in characters. With the salt, its JSON text can be compared with what the ledger committed to. */
export type Kept = ({ readonly value: Json } | { readonly omitted: number }) & { readonly salt: string | null }

/** The same with what was sent and what came back. */
export type CallStory = CallNote & { readonly arguments: Kept | null; readonly result: Kept | null }

export class CallNotFoundError extends Refusal {
  override readonly name = 'CallNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'user'
  constructor() {
    super('There is no such call among yours.')
  }
}

/** Few enough that their contents fit in memory, each being at most two times 64 KiB. */
const PAGE = 100

export type Person = { readonly user: UserId; readonly workspace: WorkspaceId }

/** What was sent and what came back, for the person it belongs to. Contents open with that person's key only. */
export class History {
  readonly #storage: Storage
  readonly #sealing: Sealing
  readonly #clock: Clock

  constructor(needs: { storage: Storage; clock: Clock; sealing: Sealing }) {
    this.#storage = needs.storage
    this.#sealing = needs.sealing
    this.#clock = needs.clock
  }

  #rows({ user, workspace }: Person) {
    return this.#storage.db
      .selectFrom('calls')
      .leftJoin('call_outcomes', 'call_outcomes.call_id', 'calls.id')
      .leftJoin('assistants', 'assistants.id', 'calls.assistant_id')
      .leftJoin('connectors', 'connectors.id', 'calls.connector_id')
      .leftJoin('answer_blocks', (join) => join.onRef('answer_blocks.call_id', '=', 'calls.id').on('answer_blocks.lifted_at', 'is', null))
      .select([
        'calls.id as id',
        'calls.at as at',
        'assistants.name as assistant',
        'connectors.slug as connector',
        'calls.tool as tool',
        'calls.protocol as protocol',
        'call_outcomes.state as state',
        'call_outcomes.code as code',
        'call_outcomes.duration_ms as duration_ms',
        'answer_blocks.at as blocked_at',
      ])
      .where('calls.user_id', '=', user)
      .where('calls.workspace_id', '=', workspace)
  }

  /** Newest first. */
  async list(
    person: Person,
    page: { readonly before?: string; readonly limit: number; readonly connector?: string; readonly state?: CallNote['state'] },
  ): Promise<readonly CallNote[]> {
    let query = this.#rows(person).orderBy('calls.id', 'desc').limit(page.limit)
    if (page.before !== undefined) query = query.where('calls.id', '<', page.before)
    if (page.connector !== undefined) query = query.where('connectors.slug', '=', page.connector)
    if (page.state === 'sent') query = query.where('call_outcomes.state', 'is', null)
    else if (page.state !== undefined) query = query.where('call_outcomes.state', '=', page.state)
    return (await query.execute()).map(toNote)
  }

  /** @throws CallNotFoundError also when the call is somebody else's */
  async get(person: Person, id: string): Promise<CallStory> {
    const row = await this.#stories(person).where('calls.id', '=', id).executeTakeFirst()
    if (row === undefined) throw new CallNotFoundError()
    return toStory(row, await this.#sealing.of(person.user, person.workspace))
  }

  #stories(person: Person) {
    return this.#rows(person).select(['calls.sealed_arguments as sealed_arguments', 'call_outcomes.sealed_result as sealed_result'])
  }

  /** What the latest calls of a workspace, or of one person there, were about: nothing of what they said. */
  targets(workspace: WorkspaceId, limit: number, user?: UserId): Promise<readonly CallTarget[]> {
    return recentTargets(this.#storage, workspace, limit, user)
  }

  /** The arguments of a call, for the person whose it was; null where they were not kept. @throws CallNotFoundError */
  async argumentsOf(person: Person, id: string): Promise<JsonObject | null> {
    const { arguments: kept } = await this.get(person, id)
    return kept !== null && 'value' in kept && isObject(kept.value) ? kept.value : null
  }

  /** Says that a copy was taken, before it is. */
  async recordExport({ user, workspace }: Person): Promise<void> {
    const at = this.#clock.now()
    await this.#storage.write([record(this.#storage.db, { event: 'data.exported', workspace, subject: user, by: user, at })])
  }

  /** Every call of a person with its contents, oldest first, read a page at a time. */
  async *everything(person: Person): AsyncGenerator<CallStory, void, undefined> {
    const sealer = await this.#sealing.of(person.user, person.workspace)
    for (let after = ''; ; ) {
      const rows = await this.#stories(person).where('calls.id', '>', after).orderBy('calls.id').limit(PAGE).execute()
      for (const row of rows) yield toStory(row, sealer)
      const last = rows.at(-1)
      if (last === undefined || rows.length < PAGE) return
      after = last.id
    }
  }
}

function toStory(row: Row & { sealed_arguments: string | null; sealed_result: string | null }, sealer: PersonalSealer): CallStory {
  const open = (place: string, sealed: string | null): Kept | null => (sealed === null ? null : keptFrom(sealer.open(place, sealed)))
  const note = toNote(row)
  return {
    ...note,
    arguments: open(argumentsPlace(note.id), row.sealed_arguments),
    result: note.blockedAt === null ? open(resultPlace(note.id), row.sealed_result) : null,
  }
}

function keptFrom(text: string): Kept {
  const { value, omitted = 0, salt = null } = JSON.parse(text) as { value?: Json; omitted?: number; salt?: string }
  return value === undefined ? { omitted, salt } : { value, salt }
}

type Row = {
  id: string
  at: number
  assistant: string | null
  connector: string | null
  tool: string
  protocol: string
  state: OutcomeState | null
  code: string | null
  duration_ms: number | null
  blocked_at: number | null
}

function toNote(row: Row): CallNote {
  return {
    id: row.id as CallId,
    at: row.at,
    assistant: row.assistant ?? 'unknown',
    connector: row.connector,
    tool: row.tool,
    protocol: row.protocol,
    state: row.state ?? 'sent',
    code: row.code,
    durationMs: row.duration_ms,
    blockedAt: row.blocked_at,
  }
}
