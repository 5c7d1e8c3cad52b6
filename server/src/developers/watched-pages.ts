import type { Egress } from '../egress/index.ts'
import { DAY, type DeveloperId, Refusal, type WorkspaceId } from '../lib/index.ts'
import type { Done, Due, Handlers } from '../schedule/index.ts'
import type { Write } from '../storage/index.ts'
import type { DeveloperFindings, FindingKind } from './findings.ts'
import type { DeveloperParts } from './parts.ts'
import type { Profile } from './profile.ts'

const LOOK = 'developers.look-at-pages'
const LOOK_EVERY = 14 * DAY
/** A page that does not answer is tried once more a day later before anybody hears of it. */
const LOOK_AGAIN = DAY
const LONGEST_MS = 15_000
const MOST_BYTES = 2 * 1024 * 1024

/** The pages that an organisation names, looked at on a schedule: the privacy policy and the way to support (clause 2d-accurate). */
export class WatchedPages {
  readonly #parts: DeveloperParts
  readonly #egress: Egress
  readonly #findings: DeveloperFindings
  readonly #profileOf: (workspace: WorkspaceId, developer: DeveloperId) => Promise<Profile>

  constructor(
    parts: DeveloperParts,
    egress: Egress,
    findings: DeveloperFindings,
    profileOf: (workspace: WorkspaceId, developer: DeveloperId) => Promise<Profile>,
  ) {
    this.#parts = parts
    this.#egress = egress
    this.#findings = findings
    this.#profileOf = profileOf
  }

  /** For the transaction in which the profile changes. */
  watching(workspace: WorkspaceId, developer: DeveloperId, at: number): Write {
    return this.#parts.schedule.putting({ workspace, kind: LOOK, subject: developer, dueAt: at, payload: { failed: [] } })
  }

  handlers(): Handlers {
    return { [LOOK]: { work: (due) => this.#look(due) } }
  }

  async #look({ workspace: of, subject, payload, now, signal }: Due): Promise<Done> {
    const workspace = of as WorkspaceId
    const developer = subject as DeveloperId
    const profile = await this.#profileOf(workspace, developer)
    const before = Array.isArray(payload['failed']) ? payload['failed'] : []
    const failed: string[] = []
    const writes: Write[] = []
    for (const [kind, url] of pagesOf(profile)) {
      const why = url === null ? null : await this.#see(url, signal)
      if (why === null) writes.push(this.#findings.closing(workspace, developer, kind, kind, now))
      else {
        failed.push(kind)
        if (before.includes(kind)) writes.push(...(await this.#findings.finding(workspace, developer, kind, kind, `${url}: ${why}`, now)))
      }
    }
    return { writes, payload: { failed }, next: now + (failed.some((kind) => !before.includes(kind)) ? LOOK_AGAIN : LOOK_EVERY) }
  }

  /** Null: it answers. */
  async #see(address: string, signal: AbortSignal): Promise<string | null> {
    const url = URL.parse(address)
    if (url === null) return 'this is no address.'
    try {
      const limits = { totalMs: LONGEST_MS, maxBytes: MOST_BYTES }
      const origins = [url.origin, `${url.protocol}//${url.host.startsWith('www.') ? url.host.slice(4) : `www.${url.host}`}`]
      const answer = await this.#egress.request({
        url,
        method: 'GET',
        headers: { accept: 'text/html, */*;q=0.8' },
        reason: 'review',
        origins,
        limits,
        signal,
      })
      await answer.body.discard()
      return answer.status === 200 ? null : `it answers ${answer.status}.`
    } catch (error) {
      if (signal.aborted || !(error instanceof Refusal)) throw error
      return `${error.message} (${error.code})`
    }
  }
}

function pagesOf({ privacyUrl, supportUrl }: Profile): readonly (readonly [FindingKind, string | null])[] {
  return [
    ['privacy-url', privacyUrl],
    ['support-url', supportUrl?.startsWith('mailto:') === true ? null : supportUrl],
  ]
}
