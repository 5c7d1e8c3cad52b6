import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { proves } from '../../test/proves.ts'
import { manifestFor, openPublishing, restaurant } from '../../test/publishing.ts'
import { rounds, timeFor } from '../../test/rounds.ts'
import { type DecisionId, HOUR, newId, Refusal, type UserId } from '../lib/index.ts'
import { statusOf } from '../lifecycle/index.ts'
import { fromEntries, ReleaseStore, releaseStates } from './index.ts'

proves('review/people-decide', 'review/four-eyes')

// Each history hands releases in for real, which takes most of its time; the pure machine has its hundred thousand beside it.
const full = 200
const runs = rounds(full) === full ? full : 2

const command = fc.record({
  does: fc.constantFrom('submit', 'approve', 'reject', 'request-changes', 'withdraw', 'claim', 'give-back', 'appeal', 'grant', 'deny', 'restart'),
  who: fc.nat({ max: 2 }),
  back: fc.nat({ max: 1 }),
  later: fc.constantFrom(1, HOUR, 5 * HOUR, 24 * HOUR),
})
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never

const reviewers = [newId('usr'), newId('usr'), newId('usr')] as readonly UserId[]
const ends = new Map([
  ['approve', 'review.approved'],
  ['agree', 'review.agreed'],
  ['reject', 'review.rejected'],
  ['request-changes', 'review.changes-requested'],
  ['withdraw', 'review.withdrawn'],
  ['submit', 'review.received'],
  ['appeal', 'review.appealed'],
  ['grant-appeal', 'review.appeal-granted'],
  ['deny-appeal', 'review.appeal-denied'],
])

describe.each(databases)('any history of reviews on $name', (kind) => {
  it(
    'leaves nothing live that was not reviewed, a notice of every decision, and a ledger that says the same',
    async () => {
      await using connector = await restaurant()

      const history = async (commands: readonly Command[]) => {
        await using town = await openPublishing(kind, 'public', { secondReviewFromRisk: 30 })
        const standing = await town.creates()
        await town.submits(manifestFor(connector.url))
        for (const one of commands) await refusedOrDone(() => play(town, standing, connector.url, one))

        const { workspace, storage, clock } = town
        const decisions = await town.lifecycle.decisions(workspace, standing.connector)
        const rows = await storage.db.selectFrom('ledger_entries').select('body').orderBy('position').execute()
        const bodies = rows.map(({ body }) => JSON.parse(body) as Record<string, unknown>)
        const entries = bodies.map((facts) => ({
          event: String(facts['event']),
          subject: String(facts['subject']),
          by: String(facts['by']),
          at: Number(facts['at']),
          facts,
        }))
        const states = releaseStates(await new ReleaseStore(storage).steps(standing, decisions), clock.now())

        // The ledger alone says the same.
        expect(releaseStates(fromEntries(entries, standing.connector), clock.now())).toEqual(states)
        // What is live is the approved one, under exactly the digest that was reviewed, by as many people as it needed, none of them its own.
        const releases = await town.directory.releases(workspace, standing.connector)
        const stands = statusOf(decisions, releases, clock.now())
        const approved = [...states].find(([, { state }]) => state === 'approved')
        expect(stands.release).toBe(approved?.[0] ?? null)
        if (approved !== undefined) {
          const [id, { digest, agreedBy, reviewersNeeded }] = approved
          expect(releases.find((release) => release.id === id)?.digest).toBe(digest)
          expect(new Set(agreedBy).size).toBeGreaterThanOrEqual(reviewersNeeded)
          expect(agreedBy).not.toContain(town.dora)
          expect(await town.terms.hasAccepted(workspace, town.developer)).toBe(true)
        }
        // What the tables say waits is what the log says waits.
        const waiting = [...states].filter(([, { state }]) => state === 'submitted' || state === 'in-review').map(([id]) => id)
        expect((await town.review.desk.waiting(workspace)).map(({ release }) => release)).toEqual(waiting)
        // Every decision was told.
        const told = (await town.sentNotices()).map((notice) => notice.kind)
        const expected = decisions.flatMap((decision) => ends.get(decision.kind) ?? [])
        expect(told.filter((what) => what !== 'review.appeal-due').toSorted()).toEqual([...expected].toSorted())
      }

      await fc.assert(fc.asyncProperty(fc.array(command, { minLength: 6, maxLength: 14 }), history), {
        numRuns: runs,
        interruptAfterTimeLimit: 600_000,
      })
    },
    timeFor(runs, 60_000),
  )
})

type Town = Awaited<ReturnType<typeof openPublishing>>
type Standing = Awaited<ReturnType<Town['creates']>>

async function play(town: Town, standing: Standing, url: string, { does, who, back, later }: Command): Promise<void> {
  const { review, workspace, clock } = town
  clock.advance(later)
  const by = reviewers[who] as UserId
  const newest = (await town.directory.releases(workspace, standing.connector))[0]?.number ?? 1
  const number = Math.max(1, newest - back)
  switch (does) {
    case 'submit':
      await town.submits(manifestFor(url, { description: `As of ${clock.now()}.` }))
      return
    case 'approve':
    case 'reject':
    case 'request-changes':
      await town.decides(number, does, { by: who === 2 ? town.dora : by })
      return
    case 'withdraw':
      await review.desk.withdraw({ standing, number, by: town.dora }, '')
      return
    case 'claim':
      await review.desk.claim({ standing, number, by, standsBehind: false })
      return
    case 'give-back':
      await review.desk.giveBack({ standing, number, by })
      return
    case 'appeal': {
      const against = (await town.lifecycle.decisions(workspace, standing.connector)).findLast((one) => one.redress !== null)
      if (against !== undefined) await review.appeals.appeal(standing, against.id, 'It is wrong.', town.dora)
      return
    }
    case 'grant':
    case 'deny': {
      const [open] = await review.appeals.waiting(workspace)
      const appeal = open?.appeal.id as DecisionId | undefined
      const roles = ['reviewer'] as const
      if (appeal !== undefined)
        await review.appeals.answer({ standing, appeal, grant: does === 'grant', reason: 'Looked at.', by, roles, standsBehind: false })
      return
    }
    case 'restart':
      // Whatever is in memory is gone; what stands is what is written.
      town.enforcement.forgetAll()
      await town.works('review.appeal-due')
      return
  }
}

async function refusedOrDone(act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  }
}
