import { randomBytes } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { Egress } from '../egress/index.ts'
import { record } from '../ledger/index.ts'
import { type DeveloperId, newId, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Done, Due, Handlers } from '../schedule/index.ts'
import { type Schema, type Write, writeOne, writeUnique } from '../storage/index.ts'
import { DomainInvalidError, DomainNotFoundError, DomainNotProvenError, NoChangeError } from './developers-errors.ts'
import { afterLook, asciiDomain, covers, type Domain, looksLikeAnother, MOST_DOMAINS, nextLook, stateOfDomain } from './domain.ts'
import type { DeveloperFindings } from './findings.ts'
import type { DeveloperParts } from './parts.ts'
import { proveDomain } from './prove-domain.ts'

const LOOK = 'developers.look-at-domain'

/** Domains that organisations prove to be theirs (clause 2d-accurate), and prove again on a schedule. */
export class Domains {
  readonly #parts: DeveloperParts
  readonly #egress: Egress
  readonly #findings: DeveloperFindings

  constructor(parts: DeveloperParts, egress: Egress, findings: DeveloperFindings) {
    this.#parts = parts
    this.#egress = egress
    this.#findings = findings
  }

  async list(workspace: WorkspaceId, developer: DeveloperId): Promise<readonly Domain[]> {
    const query = this.#parts.storage.db.selectFrom('developer_domains').selectAll().where('workspace_id', '=', workspace)
    return (await query.where('developer_id', '=', developer).where('removed_at', 'is', null).orderBy('id').execute()).map(toDomain)
  }

  /** Whether the organisation has proven that a host is its own, and the proof still holds. */
  async covers(workspace: WorkspaceId, developer: DeveloperId, host: string): Promise<boolean> {
    const all = await this.list(workspace, developer)
    return all.some((one) => ['proven', 'doubtful'].includes(stateOfDomain(one)) && covers(one, host))
  }

  /** Names a domain, and says what to put where. @throws DomainInvalidError */
  async add(workspace: WorkspaceId, developer: DeveloperId, text: string, by: UserId): Promise<Domain> {
    const { storage, clock } = this.#parts
    const { db } = storage
    const at = clock.now()
    const domain = asciiDomain(text)
    if (domain === undefined) throw new DomainInvalidError()
    const known = await this.list(workspace, developer)
    const same = known.find((one) => one.domain === domain)
    if (same !== undefined) return same
    if (known.length >= MOST_DOMAINS) throw new DomainInvalidError()
    const empty = { method: null, provenAt: null, checkedAt: null, failures: 0, failure: null, lostAt: null }
    const added: Domain = { id: newId('dom', at), developer, domain, token: randomBytes(20).toString('hex'), askedAt: at, ...empty }
    const row = { id: added.id, workspace_id: workspace, developer_id: developer, domain, token: added.token, asked_by: by, asked_at: at }
    const none = { method: null, proven_at: null, checked_at: null, failures: 0, failure: null, lost_at: null, removed_at: null }
    const warning = `The domain ${domain} mixes alphabets, so that it looks like another one. A person of the review looks at it.`
    await storage.write([
      writeUnique(
        db.insertInto('developer_domains').values({ ...row, ...none }),
        () => new NoChangeError('It was named at the same moment.', 'developer'),
      ),
      record(db, { event: 'domain.asked', workspace, subject: developer, by, at, facts: { domain } }),
      ...(looksLikeAnother(domain) ? await this.#findings.finding(workspace, developer, 'domain-confusable', domain, warning, at) : []),
    ])
    return added
  }

  /** Looks for the proof now. @throws DomainNotFoundError, DomainNotProvenError */
  async prove(workspace: WorkspaceId, developer: DeveloperId, id: string, signal: AbortSignal): Promise<Domain> {
    const { storage, clock } = this.#parts
    const domain = (await this.list(workspace, developer)).find((one) => one.id === id)
    if (domain === undefined) throw new DomainNotFoundError()
    const seen = await proveDomain(this.#egress, domain, signal)
    // Nothing is counted against what somebody tries by hand.
    if ('why' in seen) throw new DomainNotProvenError(seen.why)
    const at = clock.now()
    const after = afterLook(domain, seen, at)
    await storage.write([...this.#keeping(workspace, domain, after, at), this.#looking(workspace, after, at)])
    return after
  }

  /** @throws DomainNotFoundError */
  async remove(workspace: WorkspaceId, developer: DeveloperId, id: string, by: UserId): Promise<void> {
    const { storage, clock, schedule } = this.#parts
    const { db } = storage
    const at = clock.now()
    const domain = (await this.list(workspace, developer)).find((one) => one.id === id)
    if (domain === undefined) throw new DomainNotFoundError()
    await storage.write([
      writeOne(this.#one(workspace, id).set({ removed_at: at }), () => new DomainNotFoundError()),
      record(db, { event: 'domain.removed', workspace, subject: developer, by, at, facts: { domain: domain.domain } }),
      schedule.cancelling({ workspace, kind: LOOK, subject: id }),
      this.#findings.closing(workspace, developer, 'domain-lost', domain.domain, at),
      this.#findings.closing(workspace, developer, 'domain-confusable', domain.domain, at),
    ])
  }

  handlers(): Handlers {
    return { [LOOK]: { work: (due) => this.#look(due) } }
  }

  async #look({ workspace: of, subject, now, signal }: Due): Promise<Done> {
    const workspace = of as WorkspaceId
    const query = this.#parts.storage.db.selectFrom('developer_domains').selectAll().where('workspace_id', '=', workspace).where('id', '=', subject)
    const row = await query.where('removed_at', 'is', null).executeTakeFirst()
    if (row === undefined) return {}
    const domain = toDomain(row)
    const after = afterLook(domain, await proveDomain(this.#egress, domain, signal), now)
    const writes = [...this.#keeping(workspace, domain, after, now)]
    if (stateOfDomain(after) === 'lost') {
      const detail = `The proof for ${domain.domain} was not found the last ${after.failures} times. ${after.failure ?? ''}`.trim()
      writes.push(...(await this.#findings.finding(workspace, domain.developer, 'domain-lost', domain.domain, detail, now)))
    }
    return { writes, next: nextLook(after, now) }
  }

  #keeping(workspace: WorkspaceId, before: Domain, after: Domain, at: number): readonly Write[] {
    const { db } = this.#parts.storage
    const set = {
      method: after.method,
      proven_at: after.provenAt,
      checked_at: after.checkedAt,
      failures: after.failures,
      failure: after.failure,
      lost_at: after.lostAt,
    }
    const { developer, domain } = after
    const facts = { domain, method: after.method }
    // Another method covers another number of hosts.
    const isNew = stateOfDomain(before) === 'asked' || stateOfDomain(before) === 'lost' || before.method !== after.method
    const proven = isNew && stateOfDomain(after) === 'proven'
    const lost = before.lostAt === null && after.lostAt !== null
    return [
      writeOne(this.#one(workspace, after.id).set(set), () => new DomainNotFoundError()),
      ...(proven ? [record(db, { event: 'domain.proven', workspace, subject: developer, by: 'system', at, facts })] : []),
      ...(lost ? [record(db, { event: 'domain.lost', workspace, subject: developer, by: 'system', at, facts: { domain } })] : []),
      ...(stateOfDomain(after) === 'proven' ? [this.#findings.closing(workspace, developer, 'domain-lost', domain, at)] : []),
    ]
  }

  #looking(workspace: WorkspaceId, domain: Domain, at: number): Write {
    return this.#parts.schedule.putting({ workspace, kind: LOOK, subject: domain.id, dueAt: nextLook(domain, at) })
  }

  #one(workspace: WorkspaceId, id: string) {
    const query = this.#parts.storage.db.updateTable('developer_domains').where('workspace_id', '=', workspace).where('id', '=', id)
    return query.where('removed_at', 'is', null)
  }
}

function toDomain(row: Selectable<Schema['developer_domains']>): Domain {
  return {
    id: row.id as Domain['id'],
    developer: row.developer_id as DeveloperId,
    domain: row.domain,
    token: row.token,
    askedAt: row.asked_at,
    method: row.method as Domain['method'],
    provenAt: row.proven_at,
    checkedAt: row.checked_at,
    failures: row.failures,
    failure: row.failure,
    lostAt: row.lost_at,
  }
}
