import { decideRelease, releaseDetail, releaseInPath, submitRelease, submittedRelease } from '@handfast/contract'
import { z } from 'zod'
import { MAX_DOCUMENT_BYTES } from '../../../protocol/openapi/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { session } from '../policy.ts'
import { RequestInvalidError } from '../request-errors.ts'
import { isMember, openAsMember, openInside } from './connector-access.ts'
import type { PublishingRooms } from './publishing-rooms.ts'
import { releaseView } from './publishing-views.ts'

/** Releases: handed in, looked at, decided. */
export function releaseEndpoints(rooms: PublishingRooms): readonly AnyEndpoint[] {
  const { developers, directory, review } = rooms
  return [
    endpoint({
      method: 'POST',
      path: '/api/v1/connectors/{slug}/releases',
      summary: 'Hand a release in: the connector is asked for its tools, and what the machine finds is answered',
      policy: session('developer'),
      ledger: 'release.submitted',
      input: submitRelease,
      output: submittedRelease,
      status: 201,
      // A document and what JSON escapes in it.
      mostBytes: 2 * MAX_DOCUMENT_BYTES,
      handle: async ({ slug, manifest, document, overlay, key }, caller) => {
        const standing = await openAsMember(rooms, slug, caller)
        await developers.requireReady(caller.workspace, standing.developer)
        const { name } = await developers.get(caller.workspace, standing.developer)
        return review.submit({
          standing,
          developerName: name,
          by: caller.user,
          manifest,
          document: document ?? null,
          overlay: overlay ?? null,
          key: key ?? null,
        })
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/connectors/{slug}/releases/{number}',
      summary: 'A release whole: its content, digest and findings',
      policy: session(),
      ledger: { none: 'reading' },
      input: releaseInPath,
      output: releaseDetail,
      handle: async ({ slug, number }, caller) => {
        const { workspace, connector } = await openInside(rooms, slug, caller)
        const release = await directory.release(workspace, connector, number)
        return { ...releaseView(release), content: release.content, findings: release.findings }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/connectors/{slug}/releases/{number}/decision',
      summary: 'Approve a release, which makes it live at once, or reject it',
      policy: session('reviewer'),
      ledger: 'release.approved',
      input: decideRelease,
      output: z.void(),
      handle: async ({ slug, number, decision, digest, reason }, caller) => {
        if (decision === 'reject' && reason === '') throw new RequestInvalidError('/reason', 'a rejection says why, since the developer reads it')
        const standing = await openInside(rooms, slug, caller)
        const standsBehind = await isMember(rooms, standing, caller)
        await review.decide({ standing, number, digest, approve: decision === 'approve', reason, by: caller.user, standsBehind })
      },
    }),
  ]
}
