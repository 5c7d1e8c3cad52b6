import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stands } from '../../test/histories/stands.ts'
import { proves } from '../../test/proves.ts'
import { rounds, timeFor } from '../../test/rounds.ts'
import { entryBody } from '../ledger/index.ts'
import {
  type ConnectorId,
  DAY,
  HOUR,
  isObject,
  type JsonObject,
  MINUTE,
  newId,
  parseJson,
  Refusal,
  type ReleaseId,
  type UserId,
  type WorkspaceId,
} from '../lib/index.ts'
import { agreementOf, NOTICE_PERIOD } from './agreement.ts'
import { factsOf } from './deciding.ts'
import type { DecidedAs } from './decision.ts'
import { type PlacedDecision, wholeDecision } from './decision-store.ts'
import { endDecision, noticeDecision, removalDecision, runOut, withdrawalDecision } from './ending-decisions.ts'
import { fromEntries } from './from-entries.ts'
import { statusOf } from './status.ts'
import { steeringDecision } from './steer.ts'

proves('lifecycle/agreement', 'lifecycle/notice-period')

const BEGINNING = 1_800_000_000_000
const workspace = newId('wsp') as WorkspaceId
const connector = newId('con') as ConnectorId
const by = newId('usr') as UserId
const releases = ['a', 'b'].map((name) => ({ id: `rel_${name}` as ReleaseId, digest: `digest of ${name}` }))
const place = { workspace, connector, developer: newId('dev'), slug: 'heron', name: 'Heron', createdAt: BEGINNING }

const jump = fc.oneof(
  fc.nat({ max: 5 }),
  fc.integer({ min: 0, max: 2 * DAY }),
  fc.constantFrom(15 * DAY, 29 * DAY, NOTICE_PERIOD - 1, NOTICE_PERIOD, 40 * DAY),
)
const roles = fc.constantFrom<readonly DecidedAs[]>(['operator'], ['developer'], ['reviewer'], ['operator', 'developer'])
const command = fc.record({
  what: fc.constantFrom(
    ...(['submit', 'approve', 'reject', 'suspend', 'reinstate', 'pause', 'resume', 'refuse-listing', 'allow-listing', 'remove'] as const),
    ...([
      'give-notice',
      'give-notice',
      'ask-withdrawal',
      'agree-withdrawal',
      'end',
      'nobody-is-awake',
      'the-handler-runs',
      'the-handler-runs',
    ] as const),
  ),
  roles,
  jump,
  release: fc.constantFrom(...releases),
  honest: fc.boolean(),
  tool: fc.constantFrom(null, 'find_table', 'book_table'),
  lasts: fc.constantFrom(undefined, MINUTE, HOUR, 3 * DAY),
  longer: fc.constantFrom(undefined, -1, 0, DAY),
})
type Command = typeof command extends fc.Arbitrary<infer Value> ? Value : never

/** A connector whose decisions are kept in a list, as a database would, and whose entries are kept beside it, as the ledger would. */
class Log {
  readonly decisions: PlacedDecision[] = []
  readonly bodies: JsonObject[] = []
  now = BEGINNING

  take(decision: PlacedDecision): void {
    this.decisions.push(decision)
    const body = parseJson(
      entryBody({ event: 'connector.suspended', workspace, subject: connector, by: decision.by, at: decision.at, facts: factsOf(decision) }),
    )
    if (isObject(body)) this.bodies.push(body)
  }

  /** Does what a command says, where the rules allow it. */
  play({ what, roles: decidedAs, jump: ms, release, honest, tool, lasts, longer }: Command): void {
    this.now += ms
    const at = this.now
    const standing = statusOf(this.decisions, releases, at)
    const agreement = agreementOf(this.decisions, at)
    const ended = agreement.state === 'ended'
    const common = { workspace, connector, by, decidedAs, reason: what }
    try {
      switch (what) {
        case 'submit':
        case 'approve':
        case 'reject':
          if (standing.status !== 'removed')
            this.take(wholeDecision({ ...common, kind: what, at, release: honest ? release : { ...release, digest: 'of something else' } }))
          return
        case 'give-notice':
          if (!ended) this.take(noticeDecision(common, longer === undefined ? undefined : at + NOTICE_PERIOD + longer, agreement, at))
          return
        case 'ask-withdrawal':
        case 'agree-withdrawal':
          if (!ended) this.take(withdrawalDecision(what, common, agreement, at))
          return
        case 'end': {
          if (ended) return
          const decision = endDecision({ ...common, ground: decidedAs.includes('developer') ? 'exposure-to-risk' : 'risk' }, at)
          this.take(decision)
          if (standing.status !== 'removed') this.take(removalDecision(decision, at, at))
          return
        }
        case 'nobody-is-awake':
          return
        case 'the-handler-runs':
          this.#runHandler()
          return
        default: {
          const until = lasts === undefined || (what !== 'suspend' && what !== 'pause') ? {} : { until: at + lasts }
          this.take(steeringDecision(what, { ...common, ...until, tool: what === 'pause' || what === 'resume' ? tool : null }, standing, at))
        }
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    }
  }

  #runHandler(): void {
    const { state, endsAt, notices } = agreementOf(this.decisions, this.now)
    const [first] = notices
    if (state !== 'ended' || endsAt === null || first === undefined || this.decisions.some(({ kind }) => kind === 'end')) return
    const decision = runOut(first, place, this.now)
    this.take(decision)
    if (!this.decisions.some(({ kind }) => kind === 'remove')) this.take(removalDecision(decision, endsAt, this.now))
  }

  /** What stands, without the words, which the ledger does not have. */
  stands(at = this.now) {
    return stands(this.decisions, releases, at)
  }

  /** The same, by somebody who has only the ledger. */
  rebuilt(at = this.now) {
    const { decisions } = fromEntries(this.bodies).get(connector) ?? { decisions: [] }
    return stands(decisions, releases, at)
  }
}

const histories = fc.array(command, { minLength: 1, maxLength: 16 })
const count = rounds(100_000)

describe('the life of a connector, whatever happens and whenever', () => {
  it(
    'is explained by the entries of the ledger alone, at every step',
    () => {
      fc.assert(
        fc.property(histories, (commands) => {
          const log = new Log()
          for (const one of commands) {
            log.play(one)
            expect(log.rebuilt()).toEqual(log.stands())
          }
        }),
        { numRuns: count },
      )
    },
    timeFor(count, 10),
  )

  it(
    'changes by the clock alone exactly when it said that it would',
    () => {
      fc.assert(
        fc.property(histories, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (commands, share) => {
          const log = new Log()
          for (const one of commands) log.play(one)
          const { changesAt } = log.stands()
          const later = log.now + Math.floor(share * ((changesAt ?? log.now + 400 * DAY) - log.now))
          const { agreement: _, ...now } = log.stands()
          const { agreement: __, ...then } = log.stands(later)
          expect(then).toEqual(now)
          if (changesAt !== null) expect(log.stands(changesAt)).not.toEqual(log.stands())
        }),
        { numRuns: count },
      )
    },
    timeFor(count, 10),
  )

  it(
    'never ends by notice before 30 times 24 hours, and stays ended whoever is awake',
    () => {
      fc.assert(
        fc.property(histories, (commands) => {
          const log = new Log()
          let ended: number | null = null
          for (const one of commands) {
            log.play(one)
            const { state, endsAt, endedBy } = agreementOf(log.decisions, log.now)
            if (ended !== null) expect([state, endsAt]).toEqual(['ended', ended])
            if (state !== 'ended' || endsAt === null || endedBy === null) continue
            ended = endsAt
            expect(endsAt).toBeLessThanOrEqual(log.now)
            if (endedBy.kind === 'give-notice') expect(endsAt - endedBy.at).toBeGreaterThanOrEqual(NOTICE_PERIOD)
            else expect(endedBy).toMatchObject({ kind: 'end', clause: '5a-immediate', at: endsAt })
            expect(statusOf(log.decisions, releases, log.now).status).toBe('removed')
          }
        }),
        { numRuns: count },
      )
    },
    timeFor(count, 10),
  )

  it(
    'lets calls through only while nothing stands against them',
    () => {
      fc.assert(
        fc.property(histories, (commands) => {
          const log = new Log()
          for (const one of commands) log.play(one)
          const { status, release } = statusOf(log.decisions, releases, log.now)
          if (status !== 'live' && status !== 'ending') return
          const ofRelease = log.decisions.filter((one) => one.release === release && one.digest === releases.find(({ id }) => id === release)?.digest)
          expect(ofRelease.findIndex(({ kind }) => kind === 'approve')).toBeGreaterThan(-1)
          expect(ofRelease.some(({ kind }) => kind === 'submit')).toBe(true)
          expect(log.decisions.some(({ kind }) => kind === 'remove' || kind === 'end')).toBe(false)
          for (const stop of ['suspend', 'pause'] as const) {
            const last = log.decisions.filter(({ kind, tool }) => kind === stop && tool === null).at(-1)
            if (last === undefined || (last.until !== null && last.until <= log.now)) continue
            const start = stop === 'suspend' ? 'reinstate' : 'resume'
            const lifted = log.decisions.slice(log.decisions.indexOf(last)).some(({ kind, tool }) => kind === start && tool === null)
            expect(lifted).toBe(true)
          }
        }),
        { numRuns: count },
      )
    },
    timeFor(count, 10),
  )
})
