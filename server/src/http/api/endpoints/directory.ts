import { connectorInPath, directoryDetail, directoryEntry, directoryQuery, enableConnector, pageOf, sheetQuery } from '@handfast/contract'
import { z } from 'zod'
import { NoticeChangedError, type Shown } from '../../../consent/index.ts'
import { ConnectorNotFoundError, type ConnectorStanding, type ReviewedRelease } from '../../../directory/index.ts'
import type { WorkspaceId } from '../../../lib/index.ts'
import { textFor } from '../../../notices/index.ts'
import type { Bundle } from '../../../terms/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { session, sessionOrToken } from '../policy.ts'
import { entryWith, sheetView } from './connect-sheet.ts'
import { type Dealings, dealingsOf, isShown, isUsable, noticeOf } from './connector-views.ts'
import type { SiteFacts, UserRooms } from './rooms.ts'

/** What there is to enable, and enabling it. */
export function directoryEndpoints(rooms: UserRooms, site: SiteFacts): readonly AnyEndpoint[] {
  const { directory, choices, terms } = rooms

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
        return { ...page, items: await Promise.all(page.items.map((standing) => entryWith(rooms, standing, dealings))) }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/directory/{slug}',
      summary: 'All that is said about a connector before you enable it',
      policy: sessionOrToken(),
      hosted: true,
      ledger: { none: 'reading' },
      input: sheetQuery,
      output: directoryDetail,
      handle: async ({ slug, languages = '' }, caller) => {
        const standing = await find(caller.workspace, slug, await dealingsOf(rooms, caller))
        return sheetView(
          rooms,
          standing,
          caller,
          languages.split(',').filter((language) => language !== ''),
        )
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/directory/{slug}/enable',
      summary: 'Enable a connector after reading its privacy notice',
      policy: session(),
      hosted: true,
      ledger: 'connector.enabled',
      input: enableConnector,
      output: directoryDetail,
      handle: async ({ slug, noticeSha256, release: seen, language }, caller) => {
        const standing = await directory.bySlug(caller.workspace, slug)
        const { release, connector, name } = standing
        const mayFind = standing.listed || (await choices.of(caller)).enabled.has(connector)
        if (release === null || !isUsable(standing) || !mayFind) throw new ConnectorNotFoundError()
        const link = `${site.publicUrl.origin}/connectors/${slug}`
        if (seen !== undefined && seen !== release.id) throw new NoticeChangedError(name, ['another release is live now'], link)
        const shown = shownOf(standing, release, await terms.bundle(standing.workspace), language)
        const { receives } = release.content
        await choices.enable(
          caller,
          { id: connector, name, release: release.id, noticeSha256: noticeOf(standing).sha256, receives, link, shown },
          noticeSha256,
        )
        return sheetView(rooms, standing, caller, language === undefined ? [] : [language])
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/directory/{slug}/disable',
      summary: 'Disable a connector; it holds for the next call, and yeses that last end with it',
      policy: session(),
      hosted: true,
      ledger: 'connector.disabled',
      input: connectorInPath,
      output: z.void(),
      handle: async ({ slug }, caller) => choices.disable(caller, (await directory.bySlug(caller.workspace, slug)).connector),
    }),
  ]
}

/** What was on the screen, for the receipt. */
function shownOf(standing: ConnectorStanding, { digest, content }: ReviewedRelease, bundle: Bundle, language: string | undefined): Shown {
  const read = textFor(noticeOf(standing), language === undefined ? [] : [language])
  return {
    slug: standing.slug,
    releaseSha256: digest,
    publisher: { name: standing.developerName, ownsApi: content.publishedBy.ownsApi },
    tools: content.tools,
    notice: { language: read?.language ?? 'en', sha256: read?.sha256 ?? '', url: read?.url ?? null },
    terms: bundle.map(({ document, label, sha256 }) => ({ document, label, sha256 })),
    ageRating: content.ageRating ?? 'everyone',
  }
}
