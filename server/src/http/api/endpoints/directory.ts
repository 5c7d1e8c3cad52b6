import { connectorInPath, directoryDetail, directoryEntry, directoryQuery, enableConnector, pageOf } from '@handfast/contract'
import { z } from 'zod'
import { NoticeChangedError } from '../../../consent/index.ts'
import { ConnectorNotFoundError, type ConnectorStanding } from '../../../directory/index.ts'
import { hiddenTools, noticeDigest } from '../../../gateway/index.ts'
import type { WorkspaceId } from '../../../lib/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { session, sessionOrToken } from '../policy.ts'
import { type Dealings, dealingsOf, detailView, entryView, isShown, isUsable } from './connector-views.ts'
import type { SiteFacts, UserRooms } from './rooms.ts'

/** What there is to enable, and enabling it. */
export function directoryEndpoints(rooms: UserRooms, site: SiteFacts): readonly AnyEndpoint[] {
  const { directory, choices, policies, terms } = rooms

  /** Connectors that fit, after a position, however many do not. */
  async function shown(workspace: WorkspaceId, after: string | null, limit: number, fits: (standing: ConnectorStanding) => boolean) {
    const found: ConnectorStanding[] = []
    for (let from = after; ; ) {
      const page = await directory.list(workspace, from, limit)
      found.push(...page.filter(fits))
      const last = page.at(-1)
      if (last === undefined || page.length < limit || found.length >= limit) return found.slice(0, limit)
      from = last.connector
    }
  }

  /** @throws ConnectorNotFoundError also for what is not published: whether it exists is its developer's business */
  async function find(workspace: WorkspaceId, slug: string, dealings: Dealings): Promise<ConnectorStanding> {
    const standing = await directory.bySlug(workspace, slug)
    if (!isShown(standing, dealings)) throw new ConnectorNotFoundError()
    return standing
  }

  /** The terms are those that the publisher accepted, in the workspace that publishes. */
  async function whole(standing: ConnectorStanding, dealings: Dealings) {
    const hidden = await hiddenTools(policies, dealings.policy, standing)
    return detailView(standing, dealings, await terms.bundle(standing.workspace), hidden)
  }

  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/directory',
      summary: 'Connectors that you can enable, and those that you did, oldest first',
      policy: sessionOrToken(),
      ledger: { none: 'reading' },
      input: directoryQuery,
      output: pageOf(directoryEntry),
      handle: async (input, caller, exchange) => {
        const dealings = await dealingsOf(rooms, caller)
        const fits = (standing: ConnectorStanding) =>
          isShown(standing, dealings) && (input.enabled === undefined || dealings.consent.enabled.has(standing.connector) === input.enabled)
        const page = await paged(
          input,
          exchange,
          (after, limit) => shown(caller.workspace, after, limit, fits),
          (item) => item.connector,
        )
        return { ...page, items: page.items.map((standing) => entryView(standing, dealings)) }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/directory/{slug}',
      summary: 'All that is said about a connector before you enable it',
      policy: sessionOrToken(),
      ledger: { none: 'reading' },
      input: connectorInPath,
      output: directoryDetail,
      handle: async ({ slug }, caller) => {
        const dealings = await dealingsOf(rooms, caller)
        const standing = await find(caller.workspace, slug, dealings)
        return whole(standing, dealings)
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/directory/{slug}/enable',
      summary: 'Enable a connector after reading its privacy notice',
      policy: session(),
      ledger: 'connector.enabled',
      input: enableConnector,
      output: directoryDetail,
      handle: async ({ slug, noticeSha256, release: seen }, caller) => {
        const standing = await directory.bySlug(caller.workspace, slug)
        const { release, connector, name } = standing
        if (release === null || !isUsable(standing) || !isShown(standing, await dealingsOf(rooms, caller))) throw new ConnectorNotFoundError()
        const link = `${site.publicUrl.origin}/connectors/${slug}`
        if (seen !== undefined && seen !== release.id) throw new NoticeChangedError(name, ['another release is live now'], link)
        const { receives } = release.content
        const offer = { id: connector, name, release: release.id, noticeSha256: noticeDigest(release.content), receives, link }
        await choices.enable(caller, offer, noticeSha256)
        return whole(standing, await dealingsOf(rooms, caller))
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/directory/{slug}/disable',
      summary: 'Disable a connector; it holds for the next call, and yeses that last end with it',
      policy: session(),
      ledger: 'connector.disabled',
      input: connectorInPath,
      output: z.void(),
      handle: async ({ slug }, caller) => choices.disable(caller, (await directory.bySlug(caller.workspace, slug)).connector),
    }),
  ]
}
