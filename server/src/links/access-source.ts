import { setTimeout as pause } from 'node:timers/promises'
import type { ConnectorId, WorkspaceId } from '../lib/index.ts'
import { type OAuthClient, type OAuthClientIdentity, ServerRefusedError, ServerUnreachableError, type Tokens } from '../oauth-client/index.ts'
import type { AccountRow, SignInTerms } from './account-store.ts'
import type { Clients } from './clients.ts'

type Needs = { readonly clients: Clients; readonly oauth: OAuthClient; readonly random?: () => number }

const TRIES = 3

/** A request that may have been carried out was repeated, and the provider takes its token for used. */
export class CutOffError extends Error {}

/** The one answer that ends a sign-in (RFC 6749 section 5.2). */
export function isOver(error: unknown): boolean {
  return error instanceof ServerRefusedError && error.error === 'invalid_grant'
}

/** Asks a provider for access that is new: for a person by their refresh token, for a workspace by its own client. */
export class AccessSource {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** A request that got no answer may have been carried out. It is repeated with the same token, which a provider that rotates allows for a while. */
  async refresh(row: AccountRow, terms: SignInTerms, refreshToken: string): Promise<Tokens> {
    const { server, resource } = terms
    const client = await this.#client(row, terms)
    return this.#tried((attempt) =>
      this.#needs.oauth.refresh({ server, client, resource }, refreshToken).catch((error: unknown) => {
        // The attempt before got no answer: the provider may have carried it out.
        throw attempt > 1 && isOver(error) ? new CutOffError() : error
      }),
    )
  }

  /** RFC 8693: access to the API for what the sign-in brought. */
  async exchange(row: AccountRow, terms: SignInTerms, subject: string): Promise<Tokens> {
    const { server, resource, exchange } = terms
    const client = await this.#client(row, terms)
    return this.#tried(() => this.#needs.oauth.exchange({ server, client, resource }, subject, exchange ?? { scopes: [] }))
  }

  /** RFC 6749 section 4.4: as the client that the operator holds now. */
  async byItself(row: AccountRow, terms: SignInTerms): Promise<Tokens> {
    const { server, resource } = terms
    const { identity } = await this.#needs.clients.forMachine(row.workspace_id as WorkspaceId, row.connector_id as ConnectorId, server)
    const wanted = JSON.parse(row.asked_scopes ?? row.scopes) as string[]
    const tokens = await this.#tried(() => this.#needs.oauth.clientCredentials({ server, client: identity, resource }, wanted))
    // No refresh token belongs to this grant (section 4.4.3).
    return { ...tokens, refreshToken: null }
  }

  async #client(row: AccountRow, { server, client }: SignInTerms): Promise<OAuthClientIdentity> {
    const identity = await this.#needs.clients.again(row.workspace_id as WorkspaceId, server.issuer, client)
    if (identity === undefined) throw new ServerRefusedError(new URL(server.issuer).host, 'invalid_client')
    return identity
  }

  async #tried(ask: (attempt: number) => Promise<Tokens>): Promise<Tokens> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await ask(attempt)
      } catch (error) {
        if (!(error instanceof ServerUnreachableError) || attempt === TRIES) throw error
        await pause(50 * attempt + Math.round((this.#needs.random ?? Math.random)() * 150))
      }
    }
  }
}
