import { type ConnectorStanding, composeRelease, type Release } from '../../directory/index.ts'
import { record } from '../../ledger/index.ts'
import { type ConnectorId, isObject, parseJson, Refusal, type UserId, type WorkspaceId } from '../../lib/index.ts'
import type { PlacedDecision, Whole } from '../../lifecycle/index.ts'
import type { Done, Due, Handlers } from '../../schedule/index.ts'
import type { Write } from '../../storage/index.ts'
import { CredentialRejectedError } from '../../upstream/index.ts'
import { describeTools } from '../describe-tools.ts'
import { keepGuards } from '../keep-guards.ts'
import type { ReleaseStore } from '../release/release-store.ts'
import type { ReviewGround } from '../review-needs.ts'
import { withSignIn } from '../sign-in.ts'
import { type Difference, differences } from './differences.ts'
import { type DriftNote, DriftStore } from './drift-store.ts'

export type ReleasePlace = { readonly workspace: WorkspaceId; readonly connector: ConnectorId }

const KIND = 'review.rescan'
/** New tools of one connector that are written down one by one. */
const MOST_ADDED = 100
/** Differences that a notice names. */
const MOST_TOLD = 50

type Looked = { readonly differences: readonly Difference[] } | { readonly outcome: 'not-reached' | 'cannot-look'; readonly why: string }

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
    const open = await this.store.open(place)
    return open.length === 0 ? [] : this.#ending(await this.#needs.lifecycle.wholeOf(place.workspace, place.connector), open, 'released', by, at)
  }

  async #rescan({ workspace, subject, now, signal }: Due): Promise<Done> {
    const { directory, policy } = this.#needs
    const standing = await directory.standing(subject as ConnectorId)
    const place = { workspace: workspace as WorkspaceId, connector: standing.connector }
    const open = await this.store.open(place)
    // A connector that is gone is not looked at again.
    if (standing.release === null) {
      const whole = await this.#needs.lifecycle.wholeOf(place.workspace, place.connector)
      return { writes: this.#ending(whole, open, 'removed', 'system', now) }
    }
    const next = now + policy.rescanMs
    const release = await directory.releaseById(place.workspace, standing.release.id)
    const seen = await this.#look(standing, release, signal)
    if ('why' in seen) return { writes: [this.store.looked(place, { release: release.id, at: now, outcome: seen.outcome, detail: seen.why })], next }
    const { fresh, left } = freshOf(seen.differences, open)
    const writes = await this.#compare(standing, release, open, seen.differences, fresh, left, now)
    const detail = left === 0 ? null : `${left} more new tools are there than are written down one by one.`
    const outcome = seen.differences.length === 0 ? 'same' : 'drifted'
    return {
      writes: [...writes, this.store.looked(place, { release: release.id, at: now, outcome, detail })],
      // What is paused may not be called any more, on any node.
      keys: writes.length === 0 ? [] : [`connector:${place.connector}`],
      next,
    }
  }

  /** What differs, or why nobody knows. */
  async #look(standing: ConnectorStanding, release: Release, signal: AbortSignal): Promise<Looked> {
    const { egress, upstream } = this.#needs
    const submission = await this.#releases.submission(standing.workspace, release.id)
    if (submission === undefined)
      return { outcome: 'cannot-look', why: 'This release is from before manifests were kept. The next one is looked at again.' }
    const { manifest } = submission
    if (manifest.kind === 'openapi' && manifest.document === undefined)
      return { outcome: 'cannot-look', why: 'The OpenAPI document was handed in as a text, so there is no address to look at.' }
    try {
      const handedIn = { document: null, overlay: release.overlay, key: null }
      const described = await describeTools({ egress, upstream }, manifest, handedIn)
      const declared = withSignIn(manifest, described.signIn)
      const composed = composeRelease(declared, described.tools, release.content.publishedBy.developer, described.described)
      // Guards that the release kept from the one before it are no difference, and a softer hint of today would not lower them either.
      const content = keepGuards(composed, release.content, declared)
      const saidBefore = manifest.kind === 'mcp' ? instructionsIn(release.source) : null
      return {
        differences: differences(
          { content: release.content, instructions: saidBefore },
          { content, instructions: manifest.kind === 'mcp' ? instructionsIn(described.source) : null },
        ),
      }
    } catch (error) {
      if (signal.aborted || !(error instanceof Refusal)) throw error
      const why = `${error.code}: ${error.message}`.slice(0, 500)
      // It shows itself to known callers only, and the key that was there for the hand-in was kept nowhere.
      return { outcome: error instanceof CredentialRejectedError ? 'cannot-look' : 'not-reached', why }
    }
  }

  async #compare(
    standing: ConnectorStanding,
    release: Release,
    open: readonly DriftNote[],
    seen: readonly Difference[],
    fresh: readonly Difference[],
    left: number,
    at: number,
  ): Promise<readonly Write[]> {
    const { workspace, connector } = standing
    const known = new Map(open.map((note) => [keyOf(note), note]))
    const stays = new Set(seen.map(keyOf))
    const gone = open.filter((note) => !stays.has(keyOf(note)))
    const again = seen.flatMap((one) => known.get(keyOf(one))?.id ?? [])
    const writes = again.length === 0 ? [] : [this.store.seenAgain(workspace, again, at)]
    if (gone.length === 0 && fresh.length === 0) return writes
    const whole = await this.#needs.lifecycle.wholeOf(workspace, connector)
    // A tool that is still paused for what was found anew is not resumed in between.
    const still = new Set(seen.flatMap(({ effect, tool }) => (effect === 'tool-paused' && tool !== null ? [tool] : [])))
    writes.push(...this.#ending(whole, gone, 'reverted', 'system', at, still))
    for (const one of fresh) writes.push(...this.#noting(standing, release, one, at))
    writes.push(...this.#pausing(whole, fresh, at))
    if (fresh.length > 0) writes.push(...this.#telling(standing, release, fresh, left, at))
    return writes
  }

  #noting(standing: ConnectorStanding, release: Release, one: Difference, at: number): readonly Write[] {
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
    return [write, record(this.#needs.storage.db, { event: 'drift.found', workspace, subject: id, by: 'system', at, facts })]
  }

  /** Stops the tools that cannot be kept as they were reviewed, but for those that the operator's side stopped already. */
  #pausing(whole: Whole, fresh: readonly Difference[], at: number): readonly Write[] {
    const { workspace, connector } = whole.place
    const held = new Set(whole.standing.pausedTools.filter(({ by }) => by.includes('operator')).map(({ tool }) => tool))
    const tools = fresh.flatMap(({ effect, tool, detail }) =>
      effect === 'tool-paused' && tool !== null && !held.has(tool) ? [{ tool, reason: detail }] : [],
    )
    const steering = { workspace, connector, by: 'system', decidedAs: ['system'], ground: 'drift', clause: '2d-review' } as const
    return this.#needs.lifecycle.steeringTools('pause', steering, tools, whole, at)
  }

  /** Ends drift, and the pauses that came of it and of nothing else. */
  #ending(
    whole: Whole,
    notes: readonly DriftNote[],
    because: NonNullable<DriftNote['closedBecause']>,
    by: UserId | 'system',
    at: number,
    still: ReadonlySet<string> = new Set(),
  ): readonly Write[] {
    const { storage, lifecycle } = this.#needs
    const { workspace, connector } = whole.place
    const writes = notes.flatMap(({ id, tool }) => [
      this.store.closing(workspace, id, because, at),
      record(storage.db, { event: 'drift.ended', workspace, subject: id, by, at, facts: { connector, tool: tool ?? undefined, because } }),
    ])
    if (because === 'removed') return writes
    const reason =
      because === 'reverted'
        ? 'The connector describes this tool as it was reviewed again.'
        : 'A release was approved that says what this tool is now.'
    const ours = pausedForDrift(whole)
    const tools = new Set(notes.flatMap(({ tool, effect }) => (effect === 'tool-paused' && tool !== null ? [tool] : [])))
    const resumed = [...tools].filter((tool) => ours.has(tool) && !still.has(tool)).map((tool) => ({ tool, reason }))
    const steering = { workspace, connector, by: 'system', decidedAs: ['system'], ground: 'remedied' } as const
    return [...writes, ...lifecycle.steeringTools('resume', steering, resumed, whole, at)]
  }

  #telling(standing: ConnectorStanding, release: Release, fresh: readonly Difference[], left: number, at: number): readonly Write[] {
    const { outbox } = this.#needs
    const { workspace, connector, developer, name } = standing
    const more = Math.max(0, fresh.length - MOST_TOLD) + left
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
        ...fresh.slice(0, MOST_TOLD).map(({ detail }) => `- ${detail}`),
        ...(more > 0 ? [`- and ${more} more`] : []),
        'To offer it as it is now, hand in a release; to end this, bring back what was reviewed.',
      ].join('\n\n'),
    }
    return [
      ...outbox.sending({ ...notice, to: { kind: 'developer', developer, purpose: 'support' } }, at),
      ...outbox.sending({ ...notice, to: { kind: 'operator' } }, at),
    ]
  }
}

/**
 * What is not written down yet. New tools are served to nobody, so that of a server that lists thousands of them a few are, and the rest is a number.
 * What changed of what was reviewed is written down whole.
 */
function freshOf(seen: readonly Difference[], open: readonly DriftNote[]): { readonly fresh: readonly Difference[]; readonly left: number } {
  const known = new Set(open.map(keyOf))
  const unknown = seen.filter((one) => !known.has(keyOf(one)))
  const added = unknown.filter(({ kind }) => kind === 'added')
  const written = seen.filter(({ kind }) => kind === 'added').length - added.length
  const some = added.slice(0, Math.max(0, MOST_ADDED - written))
  return { fresh: [...unknown.filter(({ kind }) => kind !== 'added'), ...some], left: added.length - some.length }
}

/** Tools that are paused because of drift. What a person paused for a reason of their own stays paused. */
function pausedForDrift({ decisions }: Whole): ReadonlySet<string> {
  const last = new Map(
    decisions.flatMap((one) =>
      one.tool !== null && (one.kind === 'pause' || one.kind === 'resume') && !isDeveloper(one) ? [[one.tool, one] as const] : [],
    ),
  )
  return new Set([...last].filter(([, { kind, ground, by }]) => kind === 'pause' && ground === 'drift' && by === 'system').map(([tool]) => tool))
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
