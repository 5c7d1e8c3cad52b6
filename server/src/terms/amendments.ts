import { record } from '../ledger/index.ts'
import { type Clock, type ConnectorId, type DeveloperId, newId, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Outbox } from '../notices/index.ts'
import { type Storage, write, writeOne } from '../storage/index.ts'
import { AmendmentNotFoundError, AmendmentSettledError, AuthorityMissingError } from './terms-errors.ts'

/** A document of the bundle between the operator and one developer alone (clause 7d-entire). It holds once both have signed it. */
export type Amendment = {
  readonly id: string
  readonly developer: DeveloperId
  /** Null: for every connector of the developer. */
  readonly connector: ConnectorId | null
  readonly title: string
  readonly body: string
  /** Digest of the title, an empty line and the body: of all that is signed. */
  readonly sha256: string
  /** For the operator. */
  readonly proposedBy: UserId
  readonly proposedAt: number
  /** For the developer; null: not yet. */
  readonly signedBy: UserId | null
  readonly signedAt: number | null
  readonly withdrawnAt: number | null
}

export type Proposing = Pick<Amendment, 'developer' | 'connector' | 'title' | 'body'> & { readonly workspace: WorkspaceId; readonly by: UserId }

/** What whoever signs for a developer says. */
export type Signing = {
  readonly by: UserId
  /** Digest of the words that they read. */
  readonly sha256: string
  /** That they may sign for the organisation. */
  readonly authorityAttested: boolean
  /** Network address of the person. */
  readonly address: string
}

type Needs = { readonly storage: Storage; readonly clock: Clock; readonly outbox: Outbox }

/** Documents that are signed one by one. Changes that the operator alone makes go through the composer, never through here. */
export class Amendments {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** Of one developer, oldest first. */
  async of(workspace: WorkspaceId, developer: DeveloperId): Promise<readonly Amendment[]> {
    const { db } = this.#needs.storage
    const query = db.selectFrom('amendments').selectAll().where('workspace_id', '=', workspace).where('developer_id', '=', developer)
    return (await query.orderBy('id').execute()).map(toAmendment)
  }

  /** @throws AmendmentNotFoundError */
  async get(workspace: WorkspaceId, id: string): Promise<Amendment> {
    const { db } = this.#needs.storage
    const row = await db.selectFrom('amendments').selectAll().where('workspace_id', '=', workspace).where('id', '=', id).executeTakeFirst()
    if (row === undefined) throw new AmendmentNotFoundError()
    return toAmendment(row)
  }

  /** What holds for a connector at a time, oldest first. */
  async inForce(workspace: WorkspaceId, developer: DeveloperId, connector: ConnectorId, at: number): Promise<readonly Amendment[]> {
    const all = await this.of(workspace, developer)
    return all.filter((one) => one.signedAt !== null && one.signedAt <= at && (one.connector === null || one.connector === connector))
  }

  /** The operator signs and offers it. The developer is told. */
  async propose({ workspace, developer, connector, title, body, by }: Proposing): Promise<Amendment> {
    const { storage, clock, outbox } = this.#needs
    const at = clock.now()
    const id = newId('amd', at)
    const digest = sha256(`${title}\n\n${body}`)
    const own = { id, workspace_id: workspace, developer_id: developer, connector_id: connector, title, body, sha256: digest }
    await storage.write([
      write(storage.db.insertInto('amendments').values({ ...own, proposed_by: by, proposed_at: at })),
      record(storage.db, { event: 'amendment.proposed', workspace, subject: id, by, at, facts: { developer, connector, sha256: digest } }),
      ...outbox.sending(
        {
          workspace,
          to: { kind: 'developer', developer, purpose: 'legal' },
          kind: 'terms.amendment-proposed',
          clause: '7d-entire',
          legal: true,
          connector,
          subject: id,
          title: `An amendment of the terms for you alone: ${title}`,
          body: `The operator signed this document and offers it to you. It holds once somebody of your organisation signs it; until then nothing changes.\n\n${body}\n\nDigest (SHA-256) of the title "${title}", an empty line and these words: ${digest}`,
        },
        at,
      ),
    ])
    return this.get(workspace, id)
  }

  /**
   * The developer signs exactly these words, and from here it holds.
   * @throws AuthorityMissingError, AmendmentNotFoundError, AmendmentSettledError where it was signed or withdrawn, or reads otherwise
   */
  async sign(workspace: WorkspaceId, id: string, { by, sha256: digest, authorityAttested, address }: Signing): Promise<Amendment> {
    const { storage, clock } = this.#needs
    if (!authorityAttested) throw new AuthorityMissingError()
    const { developer, connector } = await this.get(workspace, id)
    const at = clock.now()
    await storage.write([
      writeOne(this.#open(workspace, id, { signed_by: by, signed_at: at, address }).where('sha256', '=', digest), () => new AmendmentSettledError()),
      record(storage.db, {
        event: 'amendment.signed',
        workspace,
        subject: id,
        by,
        at,
        facts: { developer, connector, sha256: digest, authorityAttested },
      }),
    ])
    return this.get(workspace, id)
  }

  /** Takes back an offer that nobody signed, whichever side says so. @throws AmendmentNotFoundError, AmendmentSettledError */
  async withdraw(workspace: WorkspaceId, id: string, by: UserId): Promise<Amendment> {
    const { storage, clock } = this.#needs
    const { developer, connector, sha256: digest } = await this.get(workspace, id)
    const at = clock.now()
    await storage.write([
      writeOne(this.#open(workspace, id, { withdrawn_by: by, withdrawn_at: at }), () => new AmendmentSettledError()),
      record(storage.db, { event: 'amendment.withdrawn', workspace, subject: id, by, at, facts: { developer, connector, sha256: digest } }),
    ])
    return this.get(workspace, id)
  }

  #open(workspace: WorkspaceId, id: string, set: object) {
    const row = this.#needs.storage.db.updateTable('amendments').set(set).where('workspace_id', '=', workspace).where('id', '=', id)
    return row.where('signed_at', 'is', null).where('withdrawn_at', 'is', null)
  }
}

type Row = {
  readonly id: string
  readonly developer_id: string
  readonly connector_id: string | null
  readonly title: string
  readonly body: string
  readonly sha256: string
  readonly proposed_by: string
  readonly proposed_at: number
  readonly signed_by: string | null
  readonly signed_at: number | null
  readonly withdrawn_at: number | null
}

function toAmendment(row: Row): Amendment {
  return {
    id: row.id,
    developer: row.developer_id as DeveloperId,
    connector: row.connector_id as ConnectorId | null,
    title: row.title,
    body: row.body,
    sha256: row.sha256,
    proposedBy: row.proposed_by as UserId,
    proposedAt: row.proposed_at,
    signedBy: row.signed_by as UserId | null,
    signedAt: row.signed_at,
    withdrawnAt: row.withdrawn_at,
  }
}
