import { randomBytes } from 'node:crypto'
import { type GrantScope, grantScopes } from '@handfast/contract'
import type { JWK } from 'jose'
import type { Kysely } from 'kysely'
import { record } from '../ledger/index.ts'
import type { AssistantId, Json, UserId, WorkspaceId } from '../lib/index.ts'
import { type Schema, type Write, write, writeOne } from '../storage/index.ts'
import { AssertionRuleError } from './authorization-errors.ts'
import { readKeySet } from './key-sets.ts'
import { scopesIn } from './scopes.ts'

/** Signatures with two keys. With one that both sides know, whoever checks could sign as well. */
export const assertionAlgorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'] as const
export type AssertionAlgorithm = (typeof assertionAlgorithms)[number]

/** Somebody whose word about an assistant's users counts. */
export type AssertionIssuer = {
  readonly issuer: string
  /** `assistant`: the product itself. `identity-provider`: a company's own, whose word is an ID-JAG meant for this assistant. */
  readonly kind: 'assistant' | 'identity-provider'
  readonly algorithms: readonly AssertionAlgorithm[]
  /** Where its keys are published, or the keys themselves. */
  readonly jwksUri: string | null
  readonly jwks: { readonly keys: readonly JWK[] } | null
}

/** What an assistant may say about users of its own. */
export type AssertionRule = {
  readonly assistant: AssistantId
  readonly workspace: WorkspaceId
  readonly issuers: readonly AssertionIssuer[]
  /** The most that it gets for them. */
  readonly scopes: readonly GrantScope[]
  /** Whether somebody new gets an account. */
  readonly createsUsers: boolean
  /** Whether it acts for nobody else. */
  readonly ownUsersOnly: boolean
  /** Another one with each change. */
  readonly version: string
  readonly changedAt: number
}

/** The rule was changed, or taken away, since it was read. */
export class RuleChangedMeanwhile extends Error {}

/** @throws AssertionRuleError */
export function checkIssuers(issuers: readonly AssertionIssuer[]): void {
  issuers.forEach((one, at) => {
    const pointer = `/issuers/${at}`
    if (issuers.findIndex(({ issuer }) => issuer === one.issuer) !== at) throw new AssertionRuleError(`${pointer}/issuer`, 'stands twice')
    if ((one.jwksUri === null) === (one.jwks === null)) throw new AssertionRuleError(pointer, 'has to have either jwksUri or jwks')
    if (one.jwks === null) return
    // A private key that came here by mistake is not kept either.
    const usable = readKeySet(one.jwks)
    if (usable === null || usable.keys.length !== one.jwks.keys.length)
      throw new AssertionRuleError(`${pointer}/jwks`, 'may hold public keys only: RSA, EC or OKP')
  })
}

/** The only SQL about what assistants may say, and about what they said already. */
export class AssertionRuleStore {
  readonly #db: Kysely<Schema>
  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async of(assistant: AssistantId): Promise<AssertionRule | null> {
    const row = await this.#db.selectFrom('assertion_rules').selectAll().where('assistant_id', '=', assistant).executeTakeFirst()
    if (row === undefined) return null
    return {
      assistant,
      workspace: row.workspace_id as WorkspaceId,
      issuers: JSON.parse(row.issuers) as AssertionIssuer[],
      scopes: scopesIn(row.scopes),
      createsUsers: row.creates_users === 1,
      ownUsersOnly: row.own_users_only === 1,
      version: row.version,
      changedAt: row.changed_at,
    }
  }

  setting(rule: Omit<AssertionRule, 'version'>, by: UserId): readonly Write[] {
    const { assistant, workspace, issuers, scopes, createsUsers, ownUsersOnly, changedAt } = rule
    const set = {
      issuers: JSON.stringify(issuers),
      scopes: grantScopes.filter((scope) => scopes.includes(scope)).join(' '),
      creates_users: createsUsers ? (1 as const) : (0 as const),
      own_users_only: ownUsersOnly ? (1 as const) : (0 as const),
      version: randomBytes(12).toString('base64url'),
      changed_at: changedAt,
    }
    const facts = { issuers: issuers.map(({ issuer, kind }) => ({ issuer, kind })), scopes: [...scopes], createsUsers, ownUsersOnly }
    return [
      write(
        this.#db
          .insertInto('assertion_rules')
          .values({ assistant_id: assistant, workspace_id: workspace, ...set })
          .onConflict((conflict) => conflict.column('assistant_id').doUpdateSet(set)),
      ),
      record(this.#db, {
        event: 'assertions.allowed',
        workspace,
        subject: assistant,
        by,
        at: changedAt,
        facts: facts as { readonly [name: string]: Json },
      }),
    ]
  }

  removing({ assistant, workspace }: Pick<AssertionRule, 'assistant' | 'workspace'>, by: UserId, at: number): readonly Write[] {
    return [
      writeOne(
        this.#db.deleteFrom('assertion_rules').where('workspace_id', '=', workspace).where('assistant_id', '=', assistant),
        () => new RuleChangedMeanwhile(),
      ),
      record(this.#db, { event: 'assertions.ended', workspace, subject: assistant, by, at }),
    ]
  }

  /** Fails with RuleChangedMeanwhile: nothing is given by a rule that is not in force. */
  holding({ assistant, workspace, version }: AssertionRule): Write {
    return writeOne(
      this.#db
        .updateTable('assertion_rules')
        .set({ version })
        .where('workspace_id', '=', workspace)
        .where('assistant_id', '=', assistant)
        .where('version', '=', version),
      () => new RuleChangedMeanwhile(),
    )
  }

  forgettingUsed(before: number): Write {
    return write(this.#db.deleteFrom('used_assertions').where('expires_at', '<', before))
  }
}
