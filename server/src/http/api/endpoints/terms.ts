import { accept, acceptance, acceptances, bundle, developerInPath } from '@handfast/contract'
import { z } from 'zod'
import { type DeveloperId, rfc3339 } from '../../../lib/index.ts'
import type { Acceptance } from '../../../terms/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { session } from '../policy.ts'
import type { PublishingRooms } from './publishing-rooms.ts'

/** The documents in force, and their acceptance. */
export function termsEndpoints({ terms, developers }: PublishingRooms): readonly AnyEndpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/terms',
      summary: 'The terms in force and what belongs to them, with the digest of each document',
      policy: session(),
      ledger: { none: 'reading' },
      input: z.strictObject({}),
      output: bundle,
      handle: async (_, { workspace }) => {
        const documents = await terms.bundle(workspace)
        return { documents: documents.map((edition) => ({ ...edition, effectiveAt: rfc3339(edition.effectiveAt) })) }
      },
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
        const { id, country } = await developers.get(workspace, developer as DeveloperId)
        return receipt(await terms.accept({ workspace, developer: { id, country }, by: user, documents, onBehalfOf, authorityAttested, address }))
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/developers/{id}/acceptances',
      summary: 'What your organisation accepted, newest first',
      policy: session(),
      ledger: { none: 'reading' },
      input: developerInPath,
      output: acceptances,
      handle: async ({ id }, { workspace, user }) => {
        await developers.requireMember(workspace, id as DeveloperId, user)
        return { items: (await terms.acceptances(workspace, id as DeveloperId)).map(receipt) }
      },
    }),
  ]
}

function receipt(given: Acceptance) {
  return { ...given, id: given.id as `acc_${string}`, at: rfc3339(given.at) }
}
