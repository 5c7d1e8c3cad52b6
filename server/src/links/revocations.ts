import { record } from '../ledger/index.ts'
import { type Clock, type ConnectorId, newId, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { OAuthClient, OAuthClientIdentity, Revocation } from '../oauth-client/index.ts'
import type { Done, Due, Schedule } from '../schedule/index.ts'
import type { Sealing } from '../sealing/index.ts'
import { type Storage, type Write, write } from '../storage/index.ts'
import type { AccountSecret } from '../vault/index.ts'
import type { SignInTerms } from './account-store.ts'
import type { Clients } from './clients.ts'
import { readTokenSet, type TokenSet } from './token-set.ts'

export const REVOKE = 'links.revoke'

/** What the provider said when an account was disconnected. */
export type RevocationProof =
  /** The provider has no address for it (RFC 7009), or the account is a key. */
  | { readonly kind: 'not-offered' }
  | { readonly kind: 'done'; readonly at: number; readonly endpoint: string }
  /** It is asked again until it answers, or for some days. */
  | { readonly kind: 'waiting'; readonly endpoint: string; readonly status: number | null }
  | { readonly kind: 'refused'; readonly endpoint: string; readonly status: number | null }

/** Tokens that are destroyed here and still have to be taken back there. */
type Owed = { readonly terms: SignInTerms; readonly set: TokenSet }
type Needs = { storage: Storage; clock: Clock; sealing: Sealing; schedule: Schedule; oauth: OAuthClient; clients: Clients }

const placeOf = (id: string, link: string): string => `token-revocation:${id}:${link}`

/** Asks providers to take tokens back (RFC 7009). Both tokens are named, and each answer goes into the ledger with its status, time and address. */
export class Revocations {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * Statements that put the debt down, in the transaction that destroys the account here: whatever happens next, the provider will be asked.
   * Null where it offers no revocation.
   */
  owing(secret: AccountSecret, terms: SignInTerms, at: number): { readonly id: string; readonly writes: readonly Write[] } | null {
    if (terms.server.revocationEndpoint === null) return null
    const { storage, sealing, schedule } = this.#needs
    const id = newId('rvk', at)
    const owed: Owed = { terms, set: readTokenSet(secret.secret) }
    const row = {
      id,
      workspace_id: secret.workspace,
      link_id: secret.link,
      connector_id: secret.connector,
      user_id: secret.user,
      sealed: sealing.seal(placeOf(id, secret.link), JSON.stringify(owed)),
      created_at: at,
      ended_at: null,
    }
    return {
      id,
      writes: [
        write(storage.db.insertInto('token_revocations').values(row)),
        // The first try is made at once, by whoever disconnects; the runner comes in where that one fails or dies.
        schedule.putting({ workspace: secret.workspace, kind: REVOKE, subject: id, dueAt: at + 30_000 }),
      ],
    }
  }

  /** The first try. Never throws for what the provider does. */
  async tryNow(workspace: WorkspaceId, id: string): Promise<RevocationProof> {
    const { writes, proof } = await this.#attempt(workspace, id)
    const { storage, schedule } = this.#needs
    const over = proof.kind === 'waiting' ? [] : [schedule.cancelling({ workspace, kind: REVOKE, subject: id })]
    await storage.write([...writes, ...over])
    return proof
  }

  /** The runner's tries. @throws where it has to be tried again */
  async work(due: Due): Promise<Done> {
    const { writes, proof } = await this.#attempt(due.workspace as WorkspaceId, due.subject)
    if (proof.kind !== 'waiting') return { writes }
    await this.#needs.storage.write(writes)
    throw new Error(`the provider did not take the tokens back (status ${proof.status ?? 'none'})`)
  }

  async #attempt(workspace: WorkspaceId, id: string): Promise<{ readonly writes: readonly Write[]; readonly proof: RevocationProof }> {
    const { storage, clock, sealing, clients } = this.#needs
    const row = await storage.db
      .selectFrom('token_revocations')
      .selectAll()
      .where('id', '=', id)
      .where('workspace_id', '=', workspace)
      .executeTakeFirst()
    if (row === undefined || row.ended_at !== null) return { writes: [], proof: { kind: 'not-offered' } }
    const { terms, set } = JSON.parse(sealing.open(placeOf(id, row.link_id), row.sealed)) as Owed
    const client = await clients.again(workspace, terms.server.issuer, terms.client)
    const answers = client === undefined ? [] : await this.#ask(terms, client, set)
    const at = clock.now()
    const endpoint = terms.server.revocationEndpoint ?? ''
    const status = answers.findLast((answer) => !answer.done)?.status ?? answers.at(-1)?.status ?? null
    const proof: RevocationProof =
      answers.length > 0 && answers.every(({ done }) => done)
        ? { kind: 'done', at, endpoint }
        : answers.some(({ again }) => again)
          ? { kind: 'waiting', endpoint, status }
          : { kind: 'refused', endpoint, status }
    const facts = {
      connector: row.connector_id as ConnectorId,
      endpoint,
      how: proof.kind,
      answers: answers.map(({ token, status: said, done }) => ({ token, status: said, done })),
    }
    const end = write(
      storage.db.updateTable('token_revocations').set({ sealed: '', ended_at: at }).where('id', '=', id).where('workspace_id', '=', workspace),
    )
    return {
      proof,
      writes: [
        ...(proof.kind === 'waiting' ? [] : [end]),
        record(storage.db, { event: 'account.revoked', workspace, subject: row.link_id, by: (row.user_id as UserId | null) ?? 'system', at, facts }),
      ],
    }
  }

  /** The refresh token first: with it most providers end the access tokens too (RFC 7009 section 2.1), and the other way round few do. */
  async #ask(terms: SignInTerms, client: OAuthClientIdentity, set: TokenSet): Promise<readonly Revocation[]> {
    const asked = { server: terms.server, client, resource: null }
    const { oauth } = this.#needs
    const answers: Revocation[] = []
    if (set.refresh !== null) answers.push(await oauth.revoke(asked, 'refresh_token', set.refresh))
    for (const token of new Set([set.access, set.subject])) if (token !== null) answers.push(await oauth.revoke(asked, 'access_token', token))
    return answers
  }
}

/** Statement that forgets a debt that will never be paid, when the runner gives up. */
export function forgetting(storage: Storage, workspace: string, id: string, at: number): Write {
  return write(
    storage.db.updateTable('token_revocations').set({ sealed: '', ended_at: at }).where('id', '=', id).where('workspace_id', '=', workspace),
  )
}
