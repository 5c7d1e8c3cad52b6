import {
  connectorBySlug,
  connectorState,
  dismissFinding,
  driftView,
  giveReviewerKey,
  pageOf,
  pageQuery,
  probeRun,
  probeRuns,
  type QueueEntry,
  queueEntry,
  releaseDetail,
  releaseInPath,
  reviewerKeyState,
} from '@handfast/contract'
import { z } from 'zod'
import { ReleaseNotFoundError } from '../../../directory/index.ts'
import { rfc3339, type UserId } from '../../../lib/index.ts'
import type { Caller } from '../caller.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { session } from '../policy.ts'
import { isMember, openAsMember, openInside } from './connector-access.ts'
import type { PublishingRooms } from './publishing-rooms.ts'
import { driftNoteView, fileView, runView } from './review-views.ts'

/** Where reviewers work: the queue, what is in hand, probes and their evidence, and what live connectors have become. */
export function reviewEndpoints(rooms: PublishingRooms): readonly AnyEndpoint[] {
  const { directory, review } = rooms
  const acting = async (slug: string, caller: Caller) => {
    const standing = await openInside(rooms, slug, caller)
    return { standing, by: caller.user, standsBehind: await isMember(rooms, standing, caller) }
  }
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/review/queue',
      summary: 'Releases that wait for a decision, the riskiest first, each with the reasons for its place',
      policy: session('reviewer', 'operator', 'auditor'),
      ledger: { none: 'reading' },
      input: pageQuery,
      output: pageOf(queueEntry),
      handle: async (input, caller, exchange) =>
        paged(
          input,
          exchange,
          async (after, limit) => {
            const from = after === null ? 0 : Number(after)
            const page = await review.desk.waiting(caller.workspace, { from, limit })
            return Promise.all(page.map((one, index) => entryOf(rooms, caller, one, from + index + 1)))
          },
          ({ position }) => String(position),
        ),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/connectors/{slug}/releases/{number}/claim',
      summary: 'Take a release in hand, so that nobody else decides about it meanwhile',
      policy: session('reviewer'),
      ledger: 'release.claimed',
      input: releaseInPath,
      output: releaseDetail,
      handle: async ({ slug, number }, caller) => fileView(await review.desk.claim({ ...(await acting(slug, caller)), number })),
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/connectors/{slug}/releases/{number}/claim',
      summary: 'Give a release back to the queue',
      policy: session('reviewer'),
      ledger: 'release.released',
      input: releaseInPath,
      output: z.void(),
      handle: async ({ slug, number }, caller) => review.desk.giveBack({ ...(await acting(slug, caller)), number }),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/connectors/{slug}/releases/{number}/dismissals',
      summary: 'Put a finding aside, with a reason',
      policy: session('reviewer'),
      ledger: 'finding.dismissed',
      input: dismissFinding,
      output: releaseDetail,
      handle: async ({ slug, number, finding, reason }, caller) => {
        const one = { ...(await acting(slug, caller)), number }
        await review.desk.dismiss(one, finding, reason)
        return fileView(await review.desk.file(one.standing, number))
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/connectors/{slug}/releases/{number}/probes',
      summary: 'Have a release tried: handshake, certificate, challenge, and the calls that its developer handed in',
      policy: session('reviewer', 'developer'),
      ledger: 'probe.asked',
      input: releaseInPath,
      output: probeRun,
      status: 202,
      handle: async ({ slug, number }, caller) => runView(await review.probes.ask(await openInside(rooms, slug, caller), number, caller.user)),
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/connectors/{slug}/releases/{number}/probes',
      summary: 'How far the probes of a release are, and what they found',
      policy: session(),
      ledger: { none: 'reading' },
      input: releaseInPath,
      output: probeRuns,
      handle: async ({ slug, number }, caller) => {
        const { workspace, connector } = await openInside(rooms, slug, caller)
        const { id } = await directory.release(workspace, connector, number)
        const [items, evidence] = await Promise.all([review.probes.list(workspace, id), review.probes.evidence(workspace, id)])
        return { items: items.map(runView), evidence }
      },
    }),
    ...reviewerKeyEndpoints(rooms),
    endpoint({
      method: 'GET',
      path: '/api/v1/connectors/{slug}/state',
      summary: 'Where each tool of a connector stands, and what drifted from what was reviewed',
      policy: session(),
      ledger: { none: 'reading' },
      input: connectorBySlug,
      output: connectorState,
      handle: async ({ slug }, caller) => {
        const standing = await openInside(rooms, slug, caller)
        const [tools, drift, look] = await Promise.all([
          review.toolStates(standing),
          review.drift.store.list(standing, null, 200),
          review.drift.store.lastLook(standing),
        ])
        const lastLook = look === null ? null : { at: rfc3339(look.at), outcome: look.outcome, detail: look.detail }
        return { tools, drift: drift.map(driftNoteView), lastLook }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/connectors/{slug}/rescan',
      summary: 'Have a live connector asked again what its tools are, as soon as somebody gets to it',
      policy: session('reviewer', 'operator'),
      ledger: { none: 'what it finds is recorded when it was looked at' },
      input: connectorBySlug,
      output: z.void(),
      handle: async ({ slug }, caller) => review.drift.askFor(await openInside(rooms, slug, caller)),
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/review/drift',
      summary: 'Where live connectors differ from what was reviewed, newest first',
      policy: session('reviewer', 'operator', 'auditor'),
      ledger: { none: 'reading' },
      input: pageQuery,
      output: pageOf(driftView),
      handle: async (input, caller, exchange) => {
        const page = await paged(
          input,
          exchange,
          (after, limit) => review.drift.store.openIn(caller.workspace, after, limit),
          ({ id }) => id,
        )
        return { ...page, items: page.items.map(driftNoteView) }
      },
    }),
  ]
}

/** Keys of test accounts: given by the developer, never shown again. */
function reviewerKeyEndpoints(rooms: PublishingRooms): readonly AnyEndpoint[] {
  const { review } = rooms
  return [
    endpoint({
      method: 'PUT',
      path: '/api/v1/connectors/{slug}/reviewer-key',
      summary: 'Give reviewers the key of a test account; it is sealed, opened for the review only, and destroyed with its decision',
      policy: session('developer'),
      ledger: 'credential.stored',
      input: giveReviewerKey,
      output: reviewerKeyState,
      handle: async ({ slug, secret }, caller) => {
        const standing = await openAsMember(rooms, slug, caller)
        await review.giveReviewerKey(standing, secret, caller.user)
        return keyView(await review.probeKeys.note(standing))
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/connectors/{slug}/reviewer-key',
      summary: 'Whether reviewers have the key of a test account',
      policy: session(),
      ledger: { none: 'reading' },
      input: connectorBySlug,
      output: reviewerKeyState,
      handle: async ({ slug }, caller) => keyView(await review.probeKeys.note(await openInside(rooms, slug, caller))),
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/connectors/{slug}/reviewer-key',
      summary: 'Destroy the key that reviewers have',
      policy: session('developer'),
      ledger: 'credential.destroyed',
      input: connectorBySlug,
      output: z.void(),
      handle: async ({ slug }, caller) => {
        await review.probeKeys.destroy(await openAsMember(rooms, slug, caller), caller.user)
      },
    }),
  ]
}

function keyView(note: { readonly id: string; readonly setBy: UserId; readonly setAt: number } | null) {
  const id = note === null ? null : (note.id as `crd_${string}`)
  return { given: note !== null, setBy: note?.setBy ?? null, setAt: note === null ? null : rfc3339(note.setAt), id }
}

type Waits = Awaited<ReturnType<PublishingRooms['review']['desk']['waiting']>>[number]

async function entryOf(rooms: PublishingRooms, caller: Caller, waits: Waits, position: number): Promise<QueueEntry> {
  const { directory, developers, review } = rooms
  const standing = await directory.standing(waits.connector)
  if (standing.workspace !== caller.workspace) throw new ReleaseNotFoundError()
  const { release, standing: now, submission } = await review.desk.file(standing, waits.number)
  const of = (severity: string) => release.findings.filter((finding) => finding.severity === severity).length
  const behind = await isMember(rooms, standing, caller)
  const standsBehind = behind || release.createdBy === caller.user || (submission?.behind.includes(caller.user) ?? false)
  return {
    connector: { id: standing.connector, slug: standing.slug, name: standing.name },
    developer: (await developers.get(standing.workspace, standing.developer)).name,
    release: release.id,
    number: waits.number,
    digest: release.digest,
    risk: submission?.risk.score ?? waits.risk,
    because: submission?.risk.because ?? [],
    submittedAt: rfc3339(release.createdAt),
    position,
    state: now.state === 'in-review' ? 'in-review' : 'submitted',
    claimedBy: now.claimedBy as UserId | null,
    claimedUntil: now.claimedUntil === null ? null : rfc3339(now.claimedUntil),
    agreedBy: now.agreedBy as readonly UserId[],
    reviewersNeeded: now.reviewersNeeded,
    findings: { blocks: of('blocks'), warns: of('warns'), notes: of('notes') },
    mayDecide: caller.roles.includes('reviewer') && !(standsBehind && review.profile === 'public'),
  }
}
