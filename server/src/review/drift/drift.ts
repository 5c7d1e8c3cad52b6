import { type ConnectorStanding, composeRelease, type Release } from '../../directory/index.ts'
import { record } from '../../ledger/index.ts'
import { type ConnectorId, isObject, parseJson, Refusal, type UserId, type WorkspaceId } from '../../lib/index.ts'
import type { PlacedDecision } from '../../lifecycle/index.ts'
import type { Done, Due, Handlers } from '../../schedule/index.ts'
import type { Write } from '../../storage/index.ts'
import { describeTools } from '../describe-tools.ts'
import { keepGuards } from '../keep-guards.ts'
import type { ReleaseStore } from '../release/release-store.ts'
import type { ReviewGround } from '../review-needs.ts'
import { withSignIn } from '../sign-in.ts'
import { type Difference, differences } from './differences.ts'
import { type DriftNote, DriftStore, type RescanNote } from './drift-store.ts'

export type ReleasePlace = { readonly workspace: WorkspaceId; readonly connector: ConnectorId }

const KIND = 'review.rescan'

/**
 * Live connectors are asked again what they are (clauses 2d-review, 2a-unmodified). What differs from what was reviewed is a finding, tool by tool: the
 * update waits and the reviewed definition goes on being served, or, where that cannot be, the tool is paused. A release that says what the connector
 * is now ends it.
 */
export class Drift {
  readonly #needs: ReviewGround
  readonly #releases: ReleaseStore
  readonly store: DriftStore

  constructor(needs: ReviewGround, releases: ReleaseStore) {
    this.#needs = needs
    this.#releases = releases
    this.store = new DriftStore(needs.storage)
  }

  handlers(): Handlers {
    return { [KIND]: { work: (due) => this.#rescan(due), longest: 5 * 60_000 } }
  }

  /** Has a connector looked at as soon as somebody gets to it. */
  async askFor({ workspace, connector }: ReleasePlace): Promise<void> {
    const { storage, schedule, clock } = this.#needs
    await storage.write([schedule.putting({ workspace, kind: KIND, subject: connector, dueAt: clock.now() })])
  }

  /** The statements for the transaction in which a release goes live: what was found about the one before is over, and what it paused goes on. */
  async released(place: ReleasePlace, by: UserId, at: number): Promise<readonly Write[]> {
    return await this.#ending(place, await this.store.open(place), 'released', by, at)
  }

  async #rescan({ workspace, subject, now, signal }: Due): Promise<Done> {
    const { directory, policy } = this.#needs
    const standing = await directory.standing(subject as ConnectorId)
    const place = { workspace: workspace as WorkspaceId, connector: standing.connector }
    const open = await this.store.open(place)
    // A connector that is gone is not looked at again.
    if (standing.release === null) return { writes: await this.#ending(place, open, 'removed', 'system', now) }
    const next = now + policy.rescanMs
    const number = (await directory.releases(place.workspace, place.connector)).find(({ id }) => id === standing.release?.id)?.number
    if (number === undefined) return { next }
    const release = await directory.release(place.workspace, place.connector, number)
    const seen = await this.#look(standing, release, signal)
    if (typeof seen === 'string') return { writes: [this.#looked(place, release, now, 'not-reached', seen)], next }
    const writes = await this.#compare(standing, release, open, seen, now)
    return {
      writes: [...writes, this.#looked(place, release, now, seen.length === 0 ? 'same' : 'drifted', null)],
      // What is paused may not be called any more, on any node.
      keys: writes.length === 0 ? [] : [`connector:${place.connector}`],
      next,
    }
  }

  /** What differs, or in words why nobody knows. */
  async #look(standing: ConnectorStanding, release: Release, signal: AbortSignal): Promise<readonly Difference[] | string> {
    const { egress, upstream } = this.#needs
    const submission = await this.#releases.submission(standing.workspace, release.id)
    if (submission === undefined) return 'This release is from before manifests were kept. The next one is looked at again.'
    const { manifest } = submission
    if (manifest.kind === 'openapi' && manifest.document === undefined)
      return 'The OpenAPI document was handed in as a text, so there is no address to look at.'
    try {
      const handedIn = { document: null, overlay: release.overlay, key: null }
      const described = await describeTools({ egress, upstream }, manifest, handedIn)
      const declared = withSignIn(manifest, described.signIn)
      const composed = composeRelease(declared, described.tools, release.content.publishedBy.developer, described.described)
      // Guards that the release kept from the one before it are no difference, and a softer hint of today would not lower them either.
      const content = keepGuards(composed, release.content, declared)
      const saidBefore = manifest.kind === 'mcp' ? instructionsIn(release.source) : null
      return differences(
        { content: release.content, instructions: saidBefore },
        { content, instructions: manifest.kind === 'mcp' ? instructionsIn(described.source) : null },
      )
    } catch (error) {
      if (signal.aborted || !(error instanceof Refusal)) throw error
      return `${error.code}: ${error.message}`.slice(0, 500)
    }
  }

  #looked(place: ReleasePlace, { id }: Release, at: number, outcome: RescanNote['outcome'], detail: string | null): Write {
    return this.store.looked(place, { release: id, at, outcome, detail })
  }

  async #compare(
    standing: ConnectorStanding,
    release: Release,
    open: readonly DriftNote[],
    seen: readonly Difference[],
    at: number,
  ): Promise<readonly Write[]> {
    const { workspace } = standing
    const known = new Map(open.map((note) => [keyOf(note), note]))
    const stays = new Set(seen.map(keyOf))
    const gone = open.filter((note) => !stays.has(keyOf(note)))
    const fresh = seen.filter((one) => !known.has(keyOf(one)))
    const writes = seen.flatMap((one) => {
      const note = known.get(keyOf(one))
      return note === undefined ? [] : [this.store.seenAgain(workspace, note.id, at)]
    })
    // A tool that is still paused for what was found anew is not resumed in between.
    const still = new Set(seen.filter(({ effect }) => effect === 'tool-paused').map(({ tool }) => tool))
    writes.push(...(await this.#ending(standing, gone, 'reverted', 'system', at, still)))
    for (const one of fresh) writes.push(...(await this.#found(standing, release, one, at)))
    if (fresh.length > 0) writes.push(...this.#telling(standing, release, fresh, at))
    return writes
  }

  async #found(standing: ConnectorStanding, release: Release, one: Difference, at: number): Promise<readonly Write[]> {
    const { storage, lifecycle } = this.#needs
    const { workspace, connector } = standing
    const { id, write } = this.store.adding(standing, release.id, one, at)
    const facts = {
      connector,
      release: release.id,
      kind: one.kind,
      effect: one.effect,
      tool: one.tool ?? undefined,
      reviewed: one.reviewedSha256 ?? undefined,
      found: one.foundSha256 ?? undefined,
    }
    const pausing = one.effect === 'tool-paused' && one.tool !== null && !(await this.#isHeld(standing, one.tool))
    return [
      write,
      record(storage.db, { event: 'drift.found', workspace, subject: id, by: 'system', at, facts }),
      ...(pausing
        ? await lifecycle.steering(
            'pause',
            { workspace, connector, tool: one.tool, by: 'system', decidedAs: ['system'], reason: one.detail, ground: 'drift', clause: '2d-review' },
            at,
          )
        : []),
    ]
  }

  /** Ends drift, and the pauses that came of it and of nothing else. */
  async #ending(
    place: ReleasePlace,
    notes: readonly DriftNote[],
    because: NonNullable<DriftNote['closedBecause']>,
    by: UserId | 'system',
    at: number,
    still: ReadonlySet<string | null> = new Set(),
  ): Promise<readonly Write[]> {
    const { storage, lifecycle } = this.#needs
    const { workspace, connector } = place
    const writes: Write[] = []
    const resumed = new Set<string>()
    for (const { id, tool, effect } of notes) {
      writes.push(
        this.store.closing(workspace, id, because, at),
        record(storage.db, { event: 'drift.ended', workspace, subject: id, by, at, facts: { connector, tool: tool ?? undefined, because } }),
      )
      if (because === 'removed' || tool === null || effect !== 'tool-paused' || still.has(tool) || resumed.has(tool)) continue
      if (!(await this.#isPausedByUs(place, tool))) continue
      resumed.add(tool)
      const reason =
        because === 'reverted'
          ? 'The connector describes this tool as it was reviewed again.'
          : 'A release was approved that says what this tool is now.'
      writes.push(
        ...(await lifecycle.steering('resume', { workspace, connector, tool, by: 'system', decidedAs: ['system'], reason, ground: 'remedied' }, at)),
      )
    }
    return writes
  }

  /** Whether a tool is paused on the operator's side, for whatever reason. */
  async #isHeld({ workspace, connector }: ReleasePlace, tool: string): Promise<boolean> {
    const { pausedTools } = await this.#needs.lifecycle.statusOf(workspace, connector)
    return pausedTools.some((one) => one.tool === tool && one.by.includes('operator'))
  }

  /** Whether a tool is paused because of drift. What a person paused for a reason of their own stays paused. */
  async #isPausedByUs({ workspace, connector }: ReleasePlace, tool: string): Promise<boolean> {
    const decisions = await this.#needs.lifecycle.decisions(workspace, connector)
    const last = decisions.findLast(
      (one: PlacedDecision) => one.tool === tool && (one.kind === 'pause' || one.kind === 'resume') && !isDeveloper(one),
    )
    return last?.kind === 'pause' && last.ground === 'drift' && last.by === 'system'
  }

  #telling(standing: ConnectorStanding, release: Release, fresh: readonly Difference[], at: number): readonly Write[] {
    const { outbox } = this.#needs
    const { workspace, connector, developer, name } = standing
    const notice = {
      workspace,
      kind: 'review.drift' as const,
      clause: '2d-review' as const,
      legal: false,
      connector,
      subject: release.id,
      title: `${name} is not what was reviewed any more`,
      body: [
        `Compared with release ${release.number}:`,
        ...fresh.slice(0, 50).map(({ detail }) => `- ${detail}`),
        'To offer it as it is now, hand in a release; to end this, bring back what was reviewed.',
      ].join('\n\n'),
    }
    return [
      ...outbox.sending({ ...notice, to: { kind: 'developer', developer, purpose: 'support' } }, at),
      ...outbox.sending({ ...notice, to: { kind: 'operator' } }, at),
    ]
  }
}

function isDeveloper({ decidedAs }: PlacedDecision): boolean {
  return decidedAs.length === 1 && decidedAs[0] === 'developer'
}

function keyOf({ tool, kind, effect, foundSha256 }: Pick<DriftNote, 'tool' | 'kind' | 'effect' | 'foundSha256'>): string {
  return JSON.stringify([tool, kind, effect, foundSha256])
}

function instructionsIn(source: string | null): string | null {
  const read = source === null ? undefined : parseJson(source)
  return isObject(read) && typeof read['instructions'] === 'string' ? read['instructions'] : null
}
