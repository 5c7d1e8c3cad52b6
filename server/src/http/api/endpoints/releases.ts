import { decidedRelease, decideRelease, releaseDetail, releaseInPath, submitRelease, submittedRelease, withdrawRelease } from '@handfast/contract'
import { z } from 'zod'
import { MAX_DOCUMENT_BYTES } from '../../../protocol/openapi/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { session } from '../policy.ts'
import { RequestInvalidError } from '../request-errors.ts'
import { isMember, openAsMember, openInside } from './connector-access.ts'
import type { PublishingRooms } from './publishing-rooms.ts'
import { fileView } from './review-views.ts'

/** Releases: handed in, looked at, decided. */
export function releaseEndpoints(rooms: PublishingRooms): readonly AnyEndpoint[] {
  const { developers, review } = rooms
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
      handle: async ({ slug, manifest, document, overlay, key, attests, securityAssessment, reviewerKey }, caller) => {
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
          attests: attests ?? null,
          assessment: securityAssessment ?? null,
          reviewerKey: reviewerKey ?? null,
        })
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/connectors/{slug}/releases/{number}',
      summary: 'A release whole: its content, digest, findings, and where it stands in the review',
      policy: session(),
      ledger: { none: 'reading' },
      input: releaseInPath,
      output: releaseDetail,
      handle: async ({ slug, number }, caller) => {
        return fileView(await review.desk.file(await openInside(rooms, slug, caller), number))
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/connectors/{slug}/releases/{number}/withdraw',
      summary: 'Take back a release that waits for its review',
      policy: session('developer'),
      ledger: 'release.withdrawn',
      input: withdrawRelease,
      output: z.void(),
      handle: async ({ slug, number, reason }, caller) =>
        review.desk.withdraw({ standing: await openAsMember(rooms, slug, caller), number, by: caller.user }, reason),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/connectors/{slug}/releases/{number}/decision',
      summary: 'Approve a release, which makes it live at once, send it back for changes, or reject it',
      policy: session('reviewer'),
      ledger: 'release.approved',
      input: decideRelease,
      output: decidedRelease,
      handle: async ({ slug, number, decision: verdict, digest, reason, ground }, caller) => {
        if (verdict !== 'approve' && reason === '') throw new RequestInvalidError('/reason', 'a no says why, since the developer reads it')
        const standing = await openInside(rooms, slug, caller)
        const standsBehind = await isMember(rooms, standing, caller)
        const outcome = await review.desk.decide({ standing, number, digest, verdict, reason, ground, by: caller.user, standsBehind })
        return { outcome }
      },
    }),
  ]
}
