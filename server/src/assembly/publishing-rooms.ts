import { createDevelopers } from '../developers/index.ts'
import { Directory } from '../directory/index.ts'
import type { WorkspaceId } from '../lib/index.ts'
import { createLifecycle } from '../lifecycle/index.ts'
import { Notices } from '../notices/index.ts'
import { createReview } from '../review/index.ts'
import { createTerms, loadPack } from '../terms/index.ts'
import { createUpstream } from '../upstream/index.ts'
import { version } from '../version.ts'
import { controlIds } from './controls.ts'
import { marksOf, operatorOf } from './from-settings.ts'
import type { Ground } from './ground.ts'
import { transferHelp } from './transfer-help.ts'

export type PublishingRooms = Awaited<ReturnType<typeof buildPublishingRooms>>

/** What connectors there are, under which terms, and who looked at them. */
export async function buildPublishingRooms({ settings, base, clock, sealing, egress, site }: Ground, workspace: WorkspaceId) {
  const developers = createDevelopers({
    ...base,
    sealing,
    egress,
    publicUrl: () => site.publicUrl,
    help: transferHelp(() => ({ terms, lifecycle })),
  })
  const terms = createTerms({ ...base, operator: operatorOf(settings), pack: loadPack(settings.termsPack, controlIds) })
  await terms.publishShipped(workspace)
  const lifecycle = createLifecycle(base)
  const notices = new Notices({ ...base, egress })
  const directory = new Directory({
    ...base,
    sealing,
    statusOf: (of, connector) => lifecycle.statusOf(of, connector),
    requireAcceptance: (of, developer) => terms.requireAcceptance(of, developer),
    hasAccepted: (of, developer) => terms.hasAccepted(of, developer),
    foundNotices: (place, release) => notices.found(place, release),
    // One directory for all workspaces: the first one publishes it.
    publisherOf: () => workspace,
  })
  const upstream = createUpstream({ egress, clock, client: { name: 'handfast', title: 'Handfast', version } })
  const review = createReview({ ...base, directory, lifecycle, terms, notices, egress, upstream, profile: 'house', marks: marksOf(settings) })
  return { developers, terms, lifecycle, notices, directory, upstream, review }
}
