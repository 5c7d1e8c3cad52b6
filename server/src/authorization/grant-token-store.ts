import type { GrantScope } from '@handfast/contract'
import type { Kysely } from 'kysely'
import type { GrantId, WorkspaceId } from '../lib/index.ts'
import { type Schema, type Write, write } from '../storage/index.ts'
import { scopesIn } from './scopes.ts'

/** An access token under a grant. */
export type GrantToken = {
  readonly hash: string
  readonly workspace: WorkspaceId
  readonly grant: GrantId
  readonly scopes: readonly GrantScope[]
  readonly openid: boolean
  readonly createdAt: number
  readonly expiresAt: number
  readonly revokedAt: number | null
}

/** The only SQL about access tokens under grants. Kept by hash; the token itself is nowhere. */
export class GrantTokenStore {
  readonly #db: Kysely<Schema>
  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async find(hash: string): Promise<GrantToken | null> {
    const row = await this.#db.selectFrom('grant_tokens').selectAll().where('token_hash', '=', hash).executeTakeFirst()
    if (row === undefined) return null
    return {
      hash,
      workspace: row.workspace_id as WorkspaceId,
      grant: row.grant_id as GrantId,
      scopes: scopesIn(row.scopes),
      openid: row.openid === 1,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      revokedAt: row.revoked_at,
    }
  }

  adding(token: GrantToken): Write {
    return write(
      this.#db.insertInto('grant_tokens').values({
        token_hash: token.hash,
        workspace_id: token.workspace,
        grant_id: token.grant,
        scopes: token.scopes.join(' '),
        openid: token.openid ? 1 : 0,
        created_at: token.createdAt,
        expires_at: token.expiresAt,
        revoked_at: null,
      }),
    )
  }

  revoking(hash: string, at: number): Write {
    return write(this.#db.updateTable('grant_tokens').set({ revoked_at: at }).where('token_hash', '=', hash).where('revoked_at', 'is', null))
  }

  forgetting(before: number): Write {
    return write(this.#db.deleteFrom('grant_tokens').where('expires_at', '<', before))
  }
}
