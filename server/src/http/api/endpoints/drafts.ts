import { attestations, checkDraft, connectorBySlug, draft, draftReport, foundDraft, manifestJsonSchema, saveDraft } from '@handfast/contract'
import { z } from 'zod'
import { rfc3339 } from '../../../lib/index.ts'
import { MAX_DOCUMENT_BYTES } from '../../../protocol/openapi/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { everybody, session } from '../policy.ts'
import { RequestInvalidError } from '../request-errors.ts'
import { openAsMember } from './connector-access.ts'
import type { PublishingRooms } from './publishing-rooms.ts'

/** What a developer works on before it is handed in. */
export function draftEndpoints(rooms: PublishingRooms): readonly AnyEndpoint[] {
  const { developers, review } = rooms
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/manifest-schema',
      summary: 'What may stand in a manifest, as a JSON Schema with a word about each field',
      policy: everybody('the same for everybody, and published with the source'),
      ledger: { none: 'reading' },
      input: z.strictObject({}),
      output: z.record(z.string(), z.unknown()),
      handle: async () => manifestJsonSchema(),
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/connectors/{slug}/draft',
      summary: 'What your organisation works on, with what cannot be used, at the field',
      policy: session('developer'),
      ledger: { none: 'reading' },
      input: connectorBySlug,
      output: foundDraft,
      handle: async ({ slug }, caller) => {
        const standing = await openAsMember(rooms, slug, caller)
        const found = await review.drafts.of(standing)
        if (found === null) return { draft: null }
        const { savedAt, ...body } = found
        return { draft: { ...body, savedAt: rfc3339(savedAt), findings: review.problemsIn(found, standing) } }
      },
    }),
    endpoint({
      method: 'PUT',
      path: '/api/v1/connectors/{slug}/draft',
      summary: 'Save what you work on; it may be unfinished',
      policy: session('developer'),
      ledger: 'draft.saved',
      input: saveDraft,
      output: draft,
      mostBytes: 2 * MAX_DOCUMENT_BYTES,
      handle: async ({ slug, manifest, document = null, overlay = null }, caller) => {
        const standing = await openAsMember(rooms, slug, caller)
        const found = await review.saveDraft(standing, { manifest, document, overlay }, caller.user)
        const { savedAt, ...body } = found
        return { ...body, savedAt: rfc3339(savedAt), findings: review.problemsIn(found, standing) }
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/connectors/{slug}/draft',
      summary: 'Throw away what was saved',
      policy: session('developer'),
      ledger: 'draft.discarded',
      input: connectorBySlug,
      output: z.void(),
      handle: async ({ slug }, caller) => {
        await review.discardDraft(await openAsMember(rooms, slug, caller), caller.user)
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/connectors/{slug}/draft/check',
      summary: 'What handing your draft in would come to: the connector is asked for its tools, and nothing is kept',
      policy: session('developer'),
      ledger: { none: 'what is found is answered and not kept' },
      input: checkDraft,
      output: draftReport,
      handle: async ({ slug, key = null }, caller) => {
        const standing = await openAsMember(rooms, slug, caller)
        const found = await review.drafts.of(standing)
        if (found === null) throw new RequestInvalidError('', 'there is no draft to check; save one first')
        const { name } = await developers.get(caller.workspace, standing.developer)
        const { manifest, document, overlay } = found
        const report = await review.look({ standing, developerName: name, by: caller.user, manifest, document, overlay, key })
        return { ...report, attestations: report.attestations.map((id) => ({ id, clause: attestations[id].clause, says: attestations[id].says })) }
      },
    }),
  ]
}
