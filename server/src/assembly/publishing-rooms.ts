import { createDevelopers } from '../developers/index.ts'
import { Directory } from '../directory/index.ts'
import { HOUR, MINUTE, type WorkspaceId } from '../lib/index.ts'
import { createLifecycle } from '../lifecycle/index.ts'
import { Notices } from '../notices/index.ts'
import { createReview } from '../review/index.ts'
import { createTerms, loadPack } from '../terms/index.ts'
import { createUpstream } from '../upstream/index.ts'
import { version } from '../version.ts'
import { allControls, controlIds } from './controls.ts'
import { marksOf, operatorOf } from './from-settings.ts'
import type { Ground } from './ground.ts'
import { handedOver } from './handed-over.ts'
import { decisionsAsJson, stoodAt } from './stood-at.ts'
import { transferHelp } from './transfer-help.ts'

export type PublishingRooms = Awaited<ReturnType<typeof buildPublishingRooms>>

/** What connectors there are, under which terms, and who looked at them. */
export async function buildPublishingRooms({ settings, base, clock, sealing, egress, site }: Ground, workspace: WorkspaceId) {
  const developers = createDevelopers({
    ...base,
    sealing,
    egress,
    profile: () => settings.profile,
    publicUrl: () => site.publicUrl,
    help: transferHelp(() => ({ terms, lifecycle })),
  })
  const lifecycle = createLifecycle({ ...base, requireBound: (of, connector) => terms.requireBound(of, connector) })
  const terms = createTerms({
    ...base,
    operator: operatorOf(settings),
    pack: loadPack(settings.termsPack, controlIds),
    controls: allControls,
    page: (path) => `${new URL(site.publicUrl).origin}${path}`,
    nameOf: async (of, developer) => (await developers.get(of, developer)).name,
    stoodAt: stoodAt(lifecycle, (of, connector) => directory.releases(of, connector)),
    handedOver: handedOver(() => developers),
    decisionsOf: decisionsAsJson(lifecycle),
    servedAt: (of, change, developer) => base.outbox.servedAt(of, change, { kind: 'developer', developer, purpose: 'legal' }),
  })
  await terms.publishShipped(workspace)
  const notices = new Notices({ ...base, egress })
  const directory: Directory = new Directory({
    ...base,
    sealing,
    statusOf: (of, connector) => lifecycle.statusOf(of, connector),
    requireAcceptance: (of, developer) => terms.requireAcceptance(of, developer),
    hasAccepted: (of, developer) => terms.hasAccepted(of, developer),
    foundNotices: (place, release) => notices.found(place, release),
    // One directory for all workspaces: the first one publishes it.
    publisherOf: () => workspace,
  })
  const upstream = createUpstream({ egress, clock, client: { name: 'handfast', title: 'Handfast', version }, sse: settings.sseConnectors })
  const review = createReview({
    ...base,
    sealing,
    directory,
    lifecycle,
    terms,
    notices,
    egress,
    upstream,
    policy: {
      profile: settings.profile,
      secondReviewFromRisk: settings.secondReviewFromRisk,
      claimMs: settings.claimMinutes * MINUTE,
      rescanMs: settings.rescanHours * HOUR,
    },
    marks: marksOf(settings),
    handedOver: handedOver(() => developers),
    membersOf: (of, developer) => developers.members(of, developer),
    contactsOf: (of, developer, purpose) => developers.contactsOf(of, developer, purpose),
    requireUnheld: (of, developer) => developers.requireUnheld(of, developer),
    hasProven: (of, developer, host) => developers.domains.covers(of, developer, host),
  })
  return { developers, terms, lifecycle, notices, directory, upstream, review }
}
