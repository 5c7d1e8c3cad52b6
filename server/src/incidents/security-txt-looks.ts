import { type Egress, fetchPurposes } from '../egress/index.ts'
import { type Clock, type ConnectorId, DAY, parseJson, Refusal, type WorkspaceId } from '../lib/index.ts'
import type { Handlers } from '../schedule/index.ts'
import { type Storage, type Write, write } from '../storage/index.ts'
import { judgeSecurityTxt, MOST_BYTES, type SecurityTxtVerdict } from './security-txt.ts'

export const LOOK = 'incidents.security-txt'
const EVERY = 30 * DAY

/** What stood at `/.well-known/security.txt` of a connector when somebody looked last. */
export type SecurityTxtLook = {
  readonly connector: ConnectorId
  readonly url: string
  readonly state: 'good' | 'missing' | 'expired' | 'unusable'
  readonly detail: string | null
  readonly contacts: readonly string[]
  readonly expiresAt: number | null
  readonly lookedAt: number
}

export type LooksNeeds = {
  readonly storage: Storage
  readonly clock: Clock
  readonly egress: Egress
  /** Connectors with the origin of their API, a page at a time; null: it is not live. */
  readonly origins: (
    workspace: WorkspaceId,
    after: string | null,
    limit: number,
  ) => Promise<readonly { readonly connector: ConnectorId; readonly origin: string | null }[]>
}

/** Whether developers can be told of weaknesses: their security.txt is read once a month, and when somebody asks (RFC 9116 section 3). */
export class SecurityTxtLooks {
  readonly #needs: LooksNeeds

  constructor(needs: LooksNeeds) {
    this.#needs = needs
  }

  async look(workspace: WorkspaceId, connector: ConnectorId, origin: string): Promise<SecurityTxtLook> {
    const look = await this.#ask(connector, origin)
    await this.#needs.storage.write([this.#keeping(workspace, look)])
    return look
  }

  async last(workspace: WorkspaceId, connector: ConnectorId): Promise<SecurityTxtLook | null> {
    const query = this.#needs.storage.db.selectFrom('security_txt_looks').selectAll().where('workspace_id', '=', workspace)
    const row = await query.where('connector_id', '=', connector).executeTakeFirst()
    if (row === undefined) return null
    const { url, detail, expires_at, looked_at } = row
    const contacts = parseJson(row.contacts) as readonly string[]
    return { connector, url, state: row.state as SecurityTxtLook['state'], detail, contacts, expiresAt: expires_at, lookedAt: looked_at }
  }

  handlers(): Handlers {
    return {
      [LOOK]: { every: EVERY, longest: 10 * 60_000, work: async ({ workspace, signal }) => await this.#lookAtAll(workspace as WorkspaceId, signal) },
    }
  }

  async #lookAtAll(workspace: WorkspaceId, signal: AbortSignal): Promise<void> {
    for (let after: string | null = null; !signal.aborted; ) {
      const page = await this.#needs.origins(workspace, after, 100)
      for (const { connector, origin } of page) if (!signal.aborted && origin !== null) await this.look(workspace, connector, origin)
      after = page.at(-1)?.connector ?? null
      if (after === null) return
    }
  }

  async #ask(connector: ConnectorId, origin: string): Promise<SecurityTxtLook> {
    const url = new URL('/.well-known/security.txt', origin)
    const { reason, mostMs, mostBytes, mostRedirects } = fetchPurposes['security-txt']
    const lookedAt = this.#needs.clock.now()
    const about = { connector, url: url.href, lookedAt }
    const nothing = { contacts: [], expiresAt: null }
    try {
      const answer = await this.#needs.egress.request({
        url,
        method: 'GET',
        headers: { accept: 'text/plain' },
        reason,
        origins: [origin],
        redirects: mostRedirects,
        limits: { totalMs: mostMs, maxBytes: Math.min(mostBytes, MOST_BYTES) },
      })
      if (answer.status !== 200 || !(answer.headers['content-type'] ?? '').toLowerCase().startsWith('text/plain')) {
        await answer.body.discard()
        return { ...about, ...nothing, state: 'missing', detail: `The address answers ${answer.status}, not with plain text.` }
      }
      return { ...about, ...stateOf(judgeSecurityTxt((await answer.body.bytes()).toString('utf8'), url.href, lookedAt)) }
    } catch (error) {
      if (error instanceof Refusal) return { ...about, ...nothing, state: 'missing', detail: error.message }
      throw error
    }
  }

  #keeping(workspace: WorkspaceId, { connector, url, state, detail, contacts, expiresAt, lookedAt }: SecurityTxtLook): Write {
    const row = { workspace_id: workspace, url, state, detail, contacts: JSON.stringify(contacts), expires_at: expiresAt, looked_at: lookedAt }
    const insert = this.#needs.storage.db.insertInto('security_txt_looks').values({ connector_id: connector, ...row })
    return write(insert.onConflict((conflict) => conflict.column('connector_id').doUpdateSet(row)))
  }
}

function stateOf(verdict: SecurityTxtVerdict): Pick<SecurityTxtLook, 'state' | 'detail' | 'contacts' | 'expiresAt'> {
  if (verdict.state === 'unusable') return { state: 'unusable', detail: verdict.detail, contacts: [], expiresAt: null }
  return { state: verdict.state, detail: verdict.detail, contacts: verdict.contacts, expiresAt: verdict.expires }
}
