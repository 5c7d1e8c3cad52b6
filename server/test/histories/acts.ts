import { attestationIds } from '@handfast/contract'
import fc from 'fast-check'
import { DAY, HOUR, MINUTE, Refusal } from '../../src/lib/index.ts'
import type { DecidedAs } from '../../src/lifecycle/index.ts'
import { changeClasses } from '../../src/terms/index.ts'
import { manifestFor } from '../publishing.ts'
import type { Life } from './life.ts'
import { Died } from './mortal-storage.ts'

const review = [
  'submit',
  'submit',
  'approve',
  'approve',
  'reject',
  'request-changes',
  'withdraw',
  'claim',
  'give-back',
  'appeal',
  'grant',
  'deny',
] as const
const steer = ['suspend', 'reinstate', 'pause', 'resume', 'refuse-listing', 'allow-listing'] as const
const change = ['post', 'post', 'serve', 'serve', 'withdraw-change', 'accept', 'choose'] as const
const other = ['work', 'work', 'work', 'restart'] as const

/** Anything that somebody can want to do, the time that passes before it, and where in it the process dies, if it does. */
const anyAct = fc.record({
  does: fc.oneof(
    // A history is worth more the further it comes, so what goes on is drawn more often than what ends.
    { weight: 6, arbitrary: fc.constantFrom('submit' as const, 'approve' as const) },
    { weight: 8, arbitrary: fc.constantFrom(...review, ...steer) },
    { weight: 2, arbitrary: fc.constantFrom('give-notice' as const, 'ask-withdrawal' as const, 'agree-withdrawal' as const) },
    { weight: 1, arbitrary: fc.constantFrom('end' as const, 'remove' as const) },
    { weight: 10, arbitrary: fc.constantFrom(...change) },
    { weight: 6, arbitrary: fc.constantFrom(...other) },
  ),
  later: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(1, MINUTE, HOUR, 5 * HOUR) },
    { weight: 2, arbitrary: fc.constantFrom(DAY, 14 * DAY, 15 * DAY - 1, 15 * DAY, 16 * DAY, 29 * DAY, 30 * DAY, 31 * DAY, 40 * DAY) },
  ),
  who: fc.nat({ max: 2 }),
  which: fc.nat({ max: 2 }),
  as: fc.constantFrom<readonly DecidedAs[]>(['operator'], ['developer'], ['reviewer'], ['operator', 'developer']),
  tool: fc.constantFrom(null, 'find_table'),
  class: fc.constantFrom(...changeClasses),
  dies: fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.record({ after: fc.constantFrom(0, 0, 1, 2, 3), durable: fc.boolean() }) },
  ),
})
const calm: Act = { does: 'work', later: MINUTE, who: 0, which: 0, as: ['operator'], tool: null, class: 'material', dies: null }

/** What happens to a connector. Most of what goes wrong does so within a few acts, and some of it after many. */
export const anyActs: fc.Arbitrary<readonly Act[]> = fc.oneof(
  { weight: 3, arbitrary: fc.array(anyAct, { minLength: 4, maxLength: 12, size: 'max' }) },
  { weight: 1, arbitrary: fc.array(anyAct, { minLength: 12, maxLength: 24, size: 'max' }) },
)

/** What may follow in one more way. */
export const anyFew: fc.Arbitrary<readonly Act[]> = fc.array(anyAct, { minLength: 1, maxLength: 5, size: 'max' })

/** How a connector comes to be live, where nobody minds. */
export const becomesLive: readonly Act[] = [
  { ...calm, does: 'submit' },
  { ...calm, does: 'approve', who: 0 },
  { ...calm, does: 'approve', who: 1 },
]

export type Act = typeof anyAct extends fc.Arbitrary<infer Drawn> ? Drawn : never

/**
 * Does it, unless the rules or a death prevent it. What a death broke off is not done again: nobody may have known of it.
 * @returns whether the process died
 */
export async function play(life: Life, act: Act): Promise<boolean> {
  life.clock.advance(act.later)
  if (act.dies !== null) life.storage.diesAt(act.dies.after, act.dies.durable)
  try {
    await takes(life, act)
  } catch (error) {
    if (!(error instanceof Refusal) && !(error instanceof Died) && !life.storage.dead) throw error
  }
  const died = life.storage.dead
  if (died) await life.restarts()
  life.storage.lives()
  return died
}

async function takes(life: Life, { does, who, which, as: decidedAs, tool, class: changeClass }: Act): Promise<void> {
  const { workspace, connector, clock, dora, rooms, operator } = life
  const { lifecycle, terms, review: room } = rooms
  const by = life.reviewers[who] ?? dora
  const place = { workspace, connector }
  const steering = { ...place, by: decidedAs.includes('developer') ? dora : operator, decidedAs, reason: does }
  const release = async () => Math.max(1, ((await rooms.directory.releases(workspace, connector))[0]?.number ?? 1) - (which % 2))
  switch (does) {
    case 'submit': {
      const manifest = manifestFor(life.url, { description: `As of ${clock.now()}.` })
      const standing = await life.standing()
      await room.submit({ standing, developerName: 'Heron Ltd', by: dora, manifest, document: null, key: null, attests: attestationIds })
      return
    }
    case 'approve':
    case 'reject':
    case 'request-changes': {
      const number = await release()
      const { digest } = await rooms.directory.release(workspace, connector, number)
      await room.desk.decide({ standing: await life.standing(), number, digest, verdict: does, reason: does, by, standsBehind: false })
      return
    }
    case 'withdraw':
      return await room.desk.withdraw({ standing: await life.standing(), number: await release(), by: dora }, '')
    case 'claim':
      await room.desk.claim({ standing: await life.standing(), number: await release(), by, standsBehind: false })
      return
    case 'give-back':
      return await room.desk.giveBack({ standing: await life.standing(), number: await release(), by })
    case 'appeal': {
      const against = (await lifecycle.decisions(workspace, connector)).filter(({ redress }) => redress !== null).at(-1 - which)
      if (against !== undefined) await room.appeals.appeal(await life.standing(), against.id, 'It is wrong.', dora)
      return
    }
    case 'grant':
    case 'deny': {
      const [open] = await room.appeals.waiting(workspace)
      const more = { standing: await life.standing(), grant: does === 'grant', reason: does, by, roles: ['reviewer'] as const, standsBehind: false }
      if (open !== undefined) await room.appeals.answer({ ...more, appeal: open.appeal.id })
      return
    }
    case 'suspend':
      return await lifecycle.suspend({ ...steering, ...(which === 0 ? { until: clock.now() + 3 * DAY } : {}) })
    case 'reinstate':
      return await lifecycle.reinstate(steering)
    case 'pause':
      return await lifecycle.pause({ ...steering, tool })
    case 'resume':
      return await lifecycle.resume({ ...steering, tool })
    case 'refuse-listing':
      return await lifecycle.refuseListing(steering)
    case 'allow-listing':
      return await lifecycle.allowListing(steering)
    case 'remove':
      return await lifecycle.remove(steering)
    case 'give-notice':
      await lifecycle.giveNotice(steering)
      return
    case 'ask-withdrawal':
      return await lifecycle.askWithdrawal(steering)
    case 'agree-withdrawal':
      return await lifecycle.agreeWithdrawal(steering)
    case 'end':
      return await lifecycle.endAtOnce({ ...steering, ground: decidedAs.includes('developer') ? 'exposure-to-risk' : 'risk' })
    case 'post': {
      const old = (await terms.bundle(workspace))[which]
      if (old === undefined) return
      const { document, title, language } = old
      const body = `${old.body}\n## As of ${clock.now()}\n\nTools greet people.\n`
      const id = await terms.changes.draft({ workspace, document, title, language, body, class: changeClass, justification: does, by: operator })
      await terms.changes.post(workspace, id, operator, { sha256: (await terms.changes.get(workspace, id)).text.sha256 })
      return
    }
    case 'serve':
      for (const { id } of await life.changes()) life.serves(id)
      return
    case 'withdraw-change': {
      const found = (await life.changes())[which]
      if (found !== undefined) await terms.changes.withdraw(workspace, found.id, operator, does)
      return
    }
    case 'accept':
      return await life.accepts()
    case 'choose': {
      const found = (await life.changes())[which]
      const choice = who === 0 ? 'wait' : 'accept'
      if (found !== undefined) await terms.choose({ ...place, change: found.id, choice, developer: life.party, ...life.signs })
      return
    }
    case 'work':
      return await life.works()
    case 'restart':
      return await life.restarts()
  }
}
