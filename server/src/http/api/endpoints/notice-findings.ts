import { decideNotice, noticeFinding, noticeFindingsQuery, pageOf } from '@handfast/contract'
import { z } from 'zod'
import { rfc3339, type WorkspaceId } from '../../../lib/index.ts'
import type { SightingNote } from '../../../notices/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { session } from '../policy.ts'
import { noticeOf } from './connector-views.ts'
import type { UserRooms } from './rooms.ts'

/** Privacy notices that read differently at their addresses, for a person to look at (clause 3c-privacy). */
export function noticeFindingEndpoints({ notices, directory }: UserRooms): readonly AnyEndpoint[] {
  async function view(workspace: WorkspaceId, note: SightingNote) {
    const standing = await directory.standing(note.connector)
    const { texts } = noticeOf(standing)
    const optional = (at: number | null) => (at === null ? null : rfc3339(at))
    return {
      id: note.id,
      connector: { slug: standing.slug, name: standing.name },
      language: note.language,
      url: note.url,
      found: note.sha256 === null ? null : ((await notices.text(workspace, note.sha256)) ?? null),
      agreed: texts.find(({ language }) => language === note.language)?.text ?? '',
      detail: note.detail,
      firstSeenAt: rfc3339(note.firstSeenAt),
      lastSeenAt: rfc3339(note.lastSeenAt),
      closedAt: optional(note.closedAt),
      decision: note.decision,
      reason: note.reason,
    }
  }
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/notice-findings',
      summary: 'Privacy notices that read differently at their addresses from what people agreed to, newest first',
      policy: session('reviewer', 'operator'),
      ledger: { none: 'reading' },
      input: noticeFindingsQuery,
      output: pageOf(noticeFinding),
      handle: async (input, { workspace }, exchange) => {
        const page = await paged(
          input,
          exchange,
          (after, limit) => notices.findings(workspace, { open: input.open, after, limit }),
          (item) => item.id,
        )
        return { ...page, items: await Promise.all(page.items.map((note) => view(workspace, note))) }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/notice-findings/{id}/decision',
      summary: 'Say what a changed privacy notice means: the same, or everybody is asked again',
      policy: session('reviewer'),
      ledger: 'notice.decided',
      input: decideNotice,
      output: z.void(),
      handle: async ({ id, decision, reason }, { workspace, user }) => notices.decide(workspace, id, decision, reason, user),
    }),
  ]
}
