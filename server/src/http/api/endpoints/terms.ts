import {
  accept,
  acceptance,
  acceptanceInPath,
  acceptanceReceipt,
  acceptances,
  acceptancesQuery,
  bundle,
  coverage,
  edition,
  editionInPath,
  editions,
} from '@handfast/contract'
import { z } from 'zod'
import { type DeveloperId, rfc3339, sha256 } from '../../../lib/index.ts'
import { ChangeNotFoundError } from '../../../terms/index.ts'
import type { Caller } from '../caller.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { session } from '../policy.ts'
import type { PublishingRooms } from './publishing-rooms.ts'
import { acceptanceView, editionRow, editionView } from './terms-views.ts'

/** The documents in force, and their acceptance. */
export function termsEndpoints(rooms: PublishingRooms): readonly AnyEndpoint[] {
  const { terms, developers } = rooms
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/terms',
      summary: 'The terms in force and what belongs to them, with the digest of each document',
      policy: session(),
      ledger: { none: 'reading' },
      input: z.strictObject({}),
      output: bundle,
      handle: async (_, { workspace }) => ({ documents: (await terms.bundle(workspace)).map(editionView) }),
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/terms/editions',
      summary: 'Every edition of every document that was posted, those to come and those withdrawn included',
      policy: session(),
      ledger: { none: 'reading' },
      input: z.strictObject({}),
      output: editions,
      handle: async (_, { workspace }) => ({ items: (await terms.editions(workspace)).map(editionRow) }),
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/terms/editions/{id}',
      summary: 'One edition of a document, whole',
      policy: session(),
      ledger: { none: 'reading' },
      input: editionInPath,
      output: edition,
      handle: async ({ id }, { workspace }) => {
        const found = await terms.edition(workspace, id)
        if (found === undefined) throw new ChangeNotFoundError()
        return editionView(found)
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/terms/coverage',
      summary: 'What keeps each clause of the terms, which tests prove that, and what waits for later work',
      policy: session('operator', 'auditor'),
      ledger: { none: 'reading' },
      input: z.strictObject({}),
      output: coverage,
      handle: async () => terms.coverage(),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/acceptances',
      summary: 'Accept the terms in force for your organisation',
      policy: session(),
      ledger: 'terms.accepted',
      input: accept,
      output: acceptance,
      status: 201,
      handle: async ({ developer, documents, onBehalfOf, authorityAttested }, { workspace, user, address }) => {
        await developers.requireMember(workspace, developer as DeveloperId, user)
        const { id, name, country } = await developers.get(workspace, developer as DeveloperId)
        const whom = { id, name, country }
        return acceptanceView(await terms.accept({ workspace, developer: whom, by: user, documents, onBehalfOf, authorityAttested, address }))
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/developers/{id}/acceptances',
      summary: 'What your organisation accepted, newest first',
      policy: session(),
      ledger: { none: 'reading' },
      input: acceptancesQuery,
      output: acceptances,
      handle: async ({ id, ...query }, caller, exchange) => {
        await readsFor(rooms, id as DeveloperId, caller)
        const load = async (before: string | null, limit: number) =>
          (await terms.acceptancesPage(caller.workspace, id as DeveloperId, before, limit)).map(acceptanceView)
        return paged(query, exchange, load, (one) => one.id)
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/acceptances/{id}/receipt',
      summary: 'The receipt of an acceptance, with its proof from the ledger',
      policy: session(),
      ledger: { none: 'reading' },
      input: acceptanceInPath,
      output: acceptanceReceipt,
      handle: async ({ id }, caller) => {
        const found = await terms.acceptance(caller.workspace, id)
        await readsFor(rooms, found.developer, caller)
        const text = await terms.receiptOf(found)
        return { text, sha256: sha256(text), at: rfc3339(found.at), ledger: await proofOf(rooms.ledger, id) }
      },
    }),
  ]
}

/** Members of the organisation read what it agreed to, and so do operators and auditors. @throws NotAMemberError */
export async function readsFor({ developers }: Pick<PublishingRooms, 'developers'>, developer: DeveloperId, { workspace, user, roles }: Caller) {
  if (!roles.includes('operator') && !roles.includes('auditor')) await developers.requireMember(workspace, developer, user)
}

/** The entry of one acceptance, which is what it is about. */
async function proofOf(ledger: PublishingRooms['ledger'], id: string) {
  const [{ checkpoint, entries }, verifierKey] = await Promise.all([ledger.inclusionOf(id, undefined, 1), ledger.verifierKey()])
  const [entry] = entries
  return entry === undefined ? null : { ...entry, checkpoint, verifierKey }
}
