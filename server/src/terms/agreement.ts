import {
  type ConnectorId,
  canonicalJson,
  type DeveloperId,
  type Json,
  type JsonObject,
  rfc3339,
  rfc3339OrNull,
  sha256,
  type WorkspaceId,
} from '../lib/index.ts'
import type { Storage } from '../storage/index.ts'
import type { Amendment, Amendments } from './amendments.ts'
import type { HeldEdition } from './binding.ts'
import { changeState } from './change.ts'
import { type ChangeRow, readChangeRows, readChoices, readDeemed } from './change-store.ts'
import type { Edition } from './edition.ts'
import type { EditionsInForce, InForce } from './in-force.ts'
import { readAcceptances, readEditions } from './terms-store.ts'

/** The whole agreement about a connector as one text, with its digest. */
export type AgreementExport = { readonly content: JsonObject; readonly text: string; readonly sha256: string }

/** What other rooms add to it. */
export type AgreementAbout = {
  readonly workspace: WorkspaceId
  readonly connector: { readonly id: ConnectorId; readonly slug: string; readonly name: string }
  readonly developer: { readonly id: DeveloperId; readonly name: string; readonly country: string }
  /** Decisions about the connector, oldest first, as its log has them. */
  readonly decisions: readonly JsonObject[]
}

type Needs = { readonly storage: Storage; readonly inForce: EditionsInForce; readonly amendments: Amendments }

/**
 * Everything that was agreed on about a connector (clause 7d-entire): the documents that ever bound it or were offered, in their exact words; who accepted
 * them; changes, choices and amendments; decisions; and the notices between operator and developer. Whoever has it can recompute every digest in it.
 */
export async function exportAgreement({ storage, inForce, amendments }: Needs, about: AgreementAbout, now: number): Promise<AgreementExport> {
  const { workspace, connector, developer } = about
  const tenures = await inForce.tenures(workspace, connector.id)
  const former = [...new Set(tenures.map((one) => one.developer))].filter((id) => id !== developer.id)
  const [current, acceptances, earlier, editions, changes, deemed, choices, signed, notices] = await Promise.all([
    inForce.at(workspace, connector.id, now),
    readAcceptances(storage, workspace, developer.id),
    Promise.all(former.map((id) => readAcceptances(storage, workspace, id))),
    readEditions(storage, workspace),
    readChangeRows(storage, workspace),
    readDeemed(storage, workspace, connector.id),
    readChoices(storage, workspace, connector.id),
    amendments.of(workspace, developer.id),
    readNotices(storage, workspace, connector.id, developer.id),
  ])
  const mine = signed.filter((one) => one.connector === null || one.connector === connector.id)
  const content: JsonObject = {
    v: 1,
    kind: 'handfast.agreement',
    workspace,
    connector,
    developer,
    at: rfc3339(now),
    ended: current.ended,
    // Whose it was. What former owners agreed to is named by digests; who said so for them, and their receipts, are not this developer's to read.
    owners: tenures.map(({ developer: owner, since, until }) => ({ developer: owner, since: rfc3339(since), until: rfc3339OrNull(until) })),
    inForce: current.documents.map(inForceJson),
    unbound: current.unbound.map(({ document, held }) => ({ document, held: held.map(heldJson) })),
    documents: editions.map(editionJson),
    acceptances: acceptances.toReversed().map(({ id, by, at, documents, entity, onBehalfOf, authorityAttested, receipt }) => ({
      id,
      by,
      at: rfc3339(at),
      documents: documents.map((one) => ({ ...one })),
      entity,
      onBehalfOf,
      authorityAttested,
      receipt,
      receiptSha256: receipt === null ? null : sha256(receipt),
    })),
    acceptancesOfFormerOwners: earlier.flat().map(({ id, developer: owner, at, documents, receipt }) => ({
      id,
      developer: owner,
      at: rfc3339(at),
      documents: documents.map((one) => ({ ...one })),
      receiptSha256: receipt === null ? null : sha256(receipt),
    })),
    deemed: deemed.map(({ servedAt, dueAt, at, connector: _, ...one }) => ({
      ...one,
      servedAt: rfc3339(servedAt),
      dueAt: rfc3339(dueAt),
      writtenDownAt: rfc3339(at),
    })),
    choices: choices.map(({ at, by, ...one }) => ({ ...one, by: one.developer === developer.id ? by : null, at: rfc3339(at) })),
    changes: changes
      .filter(({ postedAt }) => postedAt !== null)
      .toReversed()
      .map((change) => changeJson(change, now)),
    amendments: mine.map(amendmentJson),
    decisions: about.decisions,
    notices,
  }
  const text = canonicalJson(content)
  return { content, text, sha256: sha256(text) }
}

function inForceJson({ held, since, ...one }: InForce['documents'][number]): Json {
  return { ...one, since: rfc3339(since), held: held.map(heldJson) }
}

function heldJson({ from, ...one }: HeldEdition): Json {
  return { ...one, from: rfc3339OrNull(from) }
}

function editionJson({ effectiveAt, withdrawnAt, ...one }: Edition): Json {
  return { ...one, effectiveAt: rfc3339(effectiveAt), withdrawnAt: rfc3339OrNull(withdrawnAt) }
}

function changeJson(change: ChangeRow, now: number): Json {
  const { id, document, edition, label, class: changeClass, justification, base, text } = change
  const times = {
    postedAt: rfc3339OrNull(change.postedAt),
    effectiveAt: rfc3339OrNull(change.effectiveAt),
    withdrawnAt: rfc3339OrNull(change.withdrawnAt),
  }
  return { id, document, edition, label, state: changeState(change, now), class: changeClass, justification, base, sha256: text.sha256, ...times }
}

function amendmentJson({ proposedAt, signedAt, withdrawnAt, ...one }: Amendment): Json {
  return { ...one, proposedAt: rfc3339(proposedAt), signedAt: rfc3339OrNull(signedAt), withdrawnAt: rfc3339OrNull(withdrawnAt) }
}

/**
 * Notices between the operator and the developer, about this connector or about the agreement as such. What users are told is theirs; what the operator
 * is told of reports, reviews and reasons that may not be told yet is no developer's.
 */
async function readNotices({ db }: Storage, workspace: WorkspaceId, connector: ConnectorId, developer: DeveloperId): Promise<readonly Json[]> {
  const rows = await db
    .selectFrom('notices')
    .selectAll()
    .where('workspace_id', '=', workspace)
    .where((eb) =>
      eb.or([
        eb.and([
          eb('recipient_kind', '=', 'developer'),
          eb('recipient', '=', developer),
          eb.or([eb('connector_id', 'is', null), eb('connector_id', '=', connector)]),
        ]),
        eb.and([
          eb('recipient_kind', '=', 'operator'),
          eb('connector_id', '=', connector),
          eb('kind', 'like', 'lifecycle.%'),
          eb('kind', '!=', 'lifecycle.look-again'),
        ]),
      ]),
    )
    .orderBy('id')
    .execute()
  return rows.map(({ id, recipient_kind, purpose, kind, clause, subject, title, body, sha256: digest, at }) => ({
    id,
    to: recipient_kind,
    purpose,
    kind,
    clause,
    about: subject,
    title,
    body,
    sha256: digest,
    at: rfc3339(at),
  }))
}
