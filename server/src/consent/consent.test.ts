import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { proves } from '../../test/proves.ts'
import { type ConnectorId, type JsonObject, newId, pointer, type ReleaseId, valueAt } from '../lib/index.ts'
import { conditionFrom } from './approval.ts'
import {
  approvalLevels,
  asksFor,
  conditionHolds,
  type Enablement,
  grownSince,
  levelFor,
  type StandingApproval,
  standingYes,
  type UserConsent,
} from './consent.ts'
import { ConditionInvalidError, NotEnabledError, NoticeChangedError } from './consent-errors.ts'
import { requireConsent } from './require-consent.ts'

proves('consent/permit')

const connector = 'con_1' as ConnectorId
const release = 'rel_1' as ReleaseId
const adult = { band: 'adult', source: 'operator-attests-adults' } as const
const plain = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
const args = fc.dictionary(fc.string(), fc.oneof(plain, fc.array(plain), fc.dictionary(fc.string(), plain))) as fc.Arbitrary<JsonObject>

/** Where plain values stand in these arguments. */
function places(value: unknown, path: readonly (string | number)[] = []): readonly string[] {
  if (value === null || typeof value !== 'object') return [pointer(...path)]
  const members = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  return members.flatMap(([step, member]) => places(member, [...path, step]))
}

describe('a level', () => {
  const tool = fc.record({ effect: fc.constantFrom('read' as const, 'change' as const, 'destructive' as const), consequential: fc.boolean() })

  it('that is stricter never asks less often, for tools that are consequential only where they change something', () => {
    fc.assert(
      fc.property(
        tool.filter((one) => !one.consequential || one.effect !== 'read'),
        (one) => {
          const asked = approvalLevels.map((level) => asksFor(level, one))

          expect(asked).toEqual([...asked].sort((a, b) => Number(b) - Number(a)))
        },
      ),
    )
  })

  it('asks always or never where it says so', () => {
    fc.assert(
      fc.property(tool, (one) => {
        expect([asksFor('always', one), asksFor('never', one)]).toEqual([true, false])
      }),
    )
  })

  it('of the connector outranks the default of the person, which outranks that of the house', () => {
    const consent = (levels: UserConsent['levels']): UserConsent => ({ enabled: new Map(), levels, standing: [], age: adult })

    expect(levelFor(consent(new Map()), connector)).toBe('important')
    expect(levelFor(consent(new Map([['*', 'always']])), connector)).toBe('always')
    expect(
      levelFor(
        consent(
          new Map([
            ['*', 'always'],
            [connector, 'never'],
          ]),
        ),
        connector,
      ),
    ).toBe('never')
  })
})

describe('a condition', () => {
  it('holds for the arguments that it was made from', () => {
    fc.assert(
      fc.property(args, (given) => {
        const all = places(given)
        fc.pre(all.length > 0)

        expect(conditionHolds(conditionFrom(all, given), given)).toBe(true)
      }),
    )
  })

  it('does not hold once a value at one of its places is another one, or is gone', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), plain, { minKeys: 1 }), plain, fc.nat(), (given, other, pick) => {
        const keys = Object.keys(given)
        const key = keys[pick % keys.length] ?? ''
        fc.pre(given[key] !== other)
        const condition = conditionFrom(
          keys.map((each) => pointer(each)),
          given as JsonObject,
        )
        const { [key]: _, ...without } = given

        expect(conditionHolds(condition, { ...given, [key]: other } as JsonObject)).toBe(false)
        expect(conditionHolds(condition, without as JsonObject)).toBe(false)
      }),
    )
  })

  it.each(['', '/missing', '/list', '/object', '/list/length', '/list/01', '/list/-', 'name', 'x/name', '/toString', '/__proto__/x'])(
    'is not made from %j, which is no plain value of the call',
    (at) => {
      const given = { name: 'Ana', list: ['a', 'b'], object: { name: 'Ben' } }

      expect(() => conditionFrom([at], given)).toThrow(ConditionInvalidError)
    },
  )

  it('is not made from nothing', () => {
    expect(() => conditionFrom([], { name: 'Ana' })).toThrow(ConditionInvalidError)
  })

  it('finds places that have to be escaped', () => {
    expect(valueAt({ 'a/b': { 'm~n': [1, 2] } }, '/a~1b/m~0n/1')).toBe(2)
    expect(valueAt({ '~1': 'x' }, '/~01')).toBe('x')
  })
})

describe('a lasting yes', () => {
  const yes: StandingApproval = { id: newId('apr'), connector, release, tool: 'book', condition: { '/table': 4 }, createdAt: 0, expiresAt: 1_000 }
  const consent: UserConsent = { enabled: new Map(), levels: new Map(), standing: [yes], age: adult }
  const call = { connector, release, tool: 'book', arguments: { table: 4, note: 'quiet' } }

  it('covers its tool of its release while its condition holds and its time runs', () => {
    expect(standingYes(consent, call, 999)).toBe(yes)
  })

  it.each([
    ['its time is over', call, 1_000],
    ['the arguments differ', { ...call, arguments: { table: '4' } }, 0],
    ['the tool is another one', { ...call, tool: 'cancel' }, 0],
    ['the release is another one', { ...call, release: 'rel_2' as ReleaseId }, 0],
    ['the connector is another one', { ...call, connector: 'con_2' as ConnectorId }, 0],
  ])('covers nothing when %s', (_, other, now) => {
    expect(standingYes(consent, other, now)).toBeUndefined()
  })
})

describe('consent', () => {
  const enablement: Enablement = { id: 'enb_1', connector, release, noticeSha256: 'aa', receives: ['the day'], at: 0 }
  const consent: UserConsent = { enabled: new Map([[connector, enablement]]), levels: new Map(), standing: [], age: adult }
  const wanted = {
    user: newId('usr'),
    workspace: newId('wsp'),
    connector,
    connectorName: 'Heron',
    release,
    noticeSha256: 'aa',
    receives: ['the day'],
    link: 'https://x',
  }

  it('is a permit for what was agreed to, also under a newer release that wants no more', () => {
    expect(requireConsent(consent, wanted)).toMatchObject({ connector, release })
    expect(requireConsent(consent, { ...wanted, release: 'rel_2' as ReleaseId, receives: [] })).toMatchObject({ release: 'rel_2' })
  })

  it('is missing where nothing was enabled', () => {
    expect(() => requireConsent({ ...consent, enabled: new Map() }, wanted)).toThrow(NotEnabledError)
  })

  it.each([
    ['has another notice', { noticeSha256: 'bb' }, ['privacy notice']],
    ['receives more', { receives: ['the day', 'your name'] }, ['receives: your name']],
  ])('is asked for again when a newer release %s', (_, change, grown) => {
    const newer = { ...wanted, release: 'rel_2' as ReleaseId, ...change }

    expect(grownSince(enablement, newer)).toEqual(grown)
    expect(() => requireConsent(consent, newer)).toThrow(NoticeChangedError)
  })
})
