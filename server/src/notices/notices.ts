import type { ReleaseContent } from '@handfast/contract'
import type { Kysely } from 'kysely'
import type { Egress } from '../egress/index.ts'
import { record } from '../ledger/index.ts'
import { type Clock, type ConnectorId, DAY, type Json, newId, Refusal, type ReleaseId, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Done, Due, Handlers, Schedule } from '../schedule/index.ts'
import { type Enforcement, type Schema, type Storage, type Write, write, writeOne } from '../storage/index.ts'
import { fetchNotice } from './fetch-notice.ts'
import { SightingNotFoundError } from './notice-errors.ts'
import { type FoundNotice, noticeInForce } from './notice-in-force.ts'
import { type SightingNote, SightingStore } from './sighting-store.ts'

export type NoticesNeeds = {
  readonly storage: Storage
  readonly clock: Clock
  readonly enforcement: Enforcement
  readonly schedule: Schedule
  readonly egress: Egress
}

type Place = { readonly workspace: WorkspaceId; readonly connector: ConnectorId }
/** What is looked at: each address with the digest of the words that bind. */
type Watched = {
  readonly release: ReleaseId
  readonly places: readonly { readonly language: string; readonly url: string; readonly sha256: string }[]
}

const KIND = 'notices.look'
const LOOK_EVERY = 7 * DAY

/**
 * Privacy notices at their addresses (clause 3c-privacy). They are looked at again each week; words that differ from those that people agreed to are
 * a finding for a person. Nothing changes for users until that person, or a new release, says so.
 */
export class Notices {
  readonly #needs: NoticesNeeds
  readonly #store: SightingStore

  constructor(needs: NoticesNeeds) {
    this.#needs = needs
    this.#store = new SightingStore(needs.storage.db)
  }

  get #db(): Kysely<Schema> {
    return this.#needs.storage.db
  }

  /** The statements for the transaction in which a release goes live: what was found about an earlier one ends, and the addresses are watched. */
  watching({ workspace, connector }: Place, release: ReleaseId, content: ReleaseContent, at: number): readonly Write[] {
    const places = noticeInForce(content).texts.flatMap(({ language, url, sha256: digest }) =>
      url === undefined ? [] : [{ language, url, sha256: digest }],
    )
    const deadline = { workspace, kind: KIND, subject: connector, dueAt: at + LOOK_EVERY, payload: { release, places } }
    const { schedule } = this.#needs
    return [
      this.#store.closing(workspace, connector, at),
      write(this.#db.deleteFrom('connector_notices').where('workspace_id', '=', workspace).where('connector_id', '=', connector)),
      places.length === 0 ? schedule.cancelling(deadline) : schedule.putting(deadline),
    ]
  }

  handlers(): Handlers {
    return { [KIND]: { work: (due) => this.#look(due) } }
  }

  /** Words that a person put in force for a release since it went live. */
  async found({ workspace, connector }: Place, release: ReleaseId): Promise<readonly FoundNotice[]> {
    const rows = await this.#db
      .selectFrom('connector_notices')
      .innerJoin('notice_texts', (join) =>
        join.onRef('notice_texts.workspace_id', '=', 'connector_notices.workspace_id').onRef('notice_texts.sha256', '=', 'connector_notices.sha256'),
      )
      .select(['connector_notices.language', 'notice_texts.body'])
      .where('connector_notices.workspace_id', '=', workspace)
      .where('connector_notices.connector_id', '=', connector)
      .where('connector_notices.release_id', '=', release)
      .execute()
    return rows.map(({ language, body }) => ({ language, text: body }))
  }

  /** What was found, newest first. `open`: what waits for a decision. */
  findings(
    workspace: WorkspaceId,
    page: { readonly open: boolean; readonly connector?: ConnectorId; readonly after: string | null; readonly limit: number },
  ) {
    return this.#store.list(workspace, page)
  }

  /** The words with a digest, as they were found. */
  text(workspace: WorkspaceId, digest: string): Promise<string | undefined> {
    return this.#store.text(workspace, digest)
  }

  /**
   * A person decides what found words mean. `same`: nothing that matters changed, and these words are not reported again. `ask-again`: they are in force
   * from now on, and everybody who enabled the connector is asked before its next call.
   * @throws SightingNotFoundError
   */
  async decide(workspace: WorkspaceId, id: string, decision: 'same' | 'ask-again', reason: string, by: UserId): Promise<void> {
    const { clock, enforcement } = this.#needs
    const found = await this.#store.open(workspace, id)
    if (found === undefined || found.sha256 === null) throw new SightingNotFoundError()
    const at = clock.now()
    const { connector, release, language, sha256: digest } = found
    const row = { workspace_id: workspace, connector_id: connector, release_id: release, language, sha256: digest, since: at, sighting_id: id }
    const inForce = this.#db.insertInto('connector_notices').values(row)
    const facts = { connector, release, language, notice: digest, decision, reasonSha256: sha256(reason) }
    await enforcement.change(
      [
        writeOne(this.#store.deciding(workspace, id, { decision, reason, by, at }), () => new SightingNotFoundError()),
        ...(decision === 'same'
          ? []
          : [write(inForce.onConflict((conflict) => conflict.columns(['workspace_id', 'connector_id', 'language']).doUpdateSet(row)))]),
        record(this.#db, { event: 'notice.decided', workspace, subject: id, by, at, facts }),
      ],
      decision === 'same' ? [] : [`connector:${connector}`],
    )
  }

  async #look({ workspace, subject, payload, now, signal }: Due): Promise<Done> {
    const place = { workspace: workspace as WorkspaceId, connector: subject as ConnectorId }
    const { release, places } = payload as unknown as Watched
    const found = await this.found(place, release)
    const writes: Write[] = []
    for (const { language, url, sha256: first } of places) {
      const since = found.find((one) => one.language === language)
      const agreed = since === undefined ? first : sha256(since.text)
      const seen = await this.#see(url, signal)
      if (typeof seen !== 'string') writes.push(...(await this.#unreachable(place, release, language, url, seen.why, now)))
      else if (sha256(seen) === agreed) writes.push(this.#store.closing(place.workspace, place.connector, now, language))
      else writes.push(...(await this.#drifted(place, release, language, url, seen, agreed, now)))
    }
    return { writes, next: now + LOOK_EVERY }
  }

  async #see(url: string, signal: AbortSignal): Promise<string | { readonly why: string }> {
    try {
      return await fetchNotice(this.#needs.egress, url, '', signal)
    } catch (error) {
      if (signal.aborted || !(error instanceof Refusal)) throw error
      return { why: `${error.code}: ${error.message}`.slice(0, 500) }
    }
  }

  async #drifted(
    place: Place,
    release: ReleaseId,
    language: string,
    url: string,
    text: string,
    agreed: string,
    at: number,
  ): Promise<readonly Write[]> {
    const { workspace, connector } = place
    const digest = sha256(text)
    const known = await this.#store.same(workspace, connector, release, language, digest)
    if (known !== undefined) return [this.#store.seenAgain(workspace, known, at)]
    const id = newId('sgt', at)
    const facts: Record<string, Json> = { connector, release, language, agreed, found: digest }
    return [
      this.#store.closing(workspace, connector, at, language),
      this.#store.keeping(workspace, digest, text, at),
      this.#store.adding({ id, workspace, connector, release, language, url, sha256: digest, detail: null, at }),
      record(this.#db, { event: 'notice.drifted', workspace, subject: id, by: 'system', at, facts }),
    ]
  }

  async #unreachable(place: Place, release: ReleaseId, language: string, url: string, detail: string, at: number): Promise<readonly Write[]> {
    const { workspace, connector } = place
    const known = await this.#store.same(workspace, connector, release, language, null)
    if (known !== undefined) return [this.#store.seenAgain(workspace, known, at)]
    return [this.#store.adding({ id: newId('sgt', at), workspace, connector, release, language, url, sha256: null, detail, at })]
  }
}

export type { SightingNote }
