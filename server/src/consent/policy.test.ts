import { type PolicyDocument, type PolicyDocumentInput, type PolicyRule, policyDocument, type ReleaseTool } from '@handfast/contract'
import fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, it } from 'vitest'
import { proves } from '../../test/proves.ts'
import { rounds } from '../../test/rounds.ts'
import { type AssistantId, type Json, type JsonObject, type UserId, valueAt } from '../lib/index.ts'
import { accountDenial, CompiledPolicy, type PolicyDecision } from './policy.ts'
import { checkPolicy } from './policy-checks.ts'
import type { PolicyPerson } from './policy-rules.ts'

proves('consent/workspace-rules')

const ana = 'usr_00000000000000000000000000000001' as UserId
const claude = 'ast_00000000000000000000000000000001' as AssistantId
const gpt = 'ast_00000000000000000000000000000002' as AssistantId
const groups = ['finance', 'sales'] as const
const pay: ReleaseTool = { name: 'pay', description: '', inputSchema: {}, effect: 'change', consequential: true }
const words = { read: 'read', change: 'change', destructive: 'destroy' } as const

function policy(input: PolicyDocumentInput): CompiledPolicy {
  return new CompiledPolicy(7, policyDocument.parse(input))
}

function somebody(given: Partial<PolicyPerson> = {}): PolicyPerson {
  return { user: ana, groups: new Set(), owner: false, ...given }
}

function decide(compiled: CompiledPolicy, person: PolicyPerson, args: JsonObject, tool = pay, slug = 'bank', assistant = claude): PolicyDecision {
  const view = compiled.viewOf(person)
  return view.decide(view.plan(slug, tool, false), args, assistant)
}

/** The same questions, asked the slow and obvious way. */
function reference(
  document: PolicyDocument,
  person: PolicyPerson,
  args: JsonObject,
  tool: ReleaseTool,
  slug: string,
  assistant: AssistantId,
): string {
  const meant = (who: PolicyRule['for']) =>
    who === 'everybody' ||
    (who.owners && person.owner) ||
    who.people.includes(person.user as `usr_${string}`) ||
    [...person.groups].some((name) => who.groups.includes(name))
  const test = (condition: PolicyRule['when'][number], value: Json | undefined): boolean => {
    const size = typeof value === 'string' ? [...value].length : Array.isArray(value) ? value.length : null
    if (condition.present !== undefined && (value !== undefined) !== condition.present) return false
    if (condition.equals !== undefined && value !== condition.equals) return false
    if (condition.oneOf !== undefined && !condition.oneOf.some((one) => one === value)) return false
    if (condition.matches !== undefined && !(typeof value === 'string' && RE2JS.matches(condition.matches, value))) return false
    if (condition.atLeast !== undefined && !(typeof value === 'number' && value >= condition.atLeast)) return false
    if (condition.atMost !== undefined && !(typeof value === 'number' && value <= condition.atMost)) return false
    if (condition.longest !== undefined && !(size !== null && size <= condition.longest)) return false
    return !(condition.shortest !== undefined && !(size !== null && size >= condition.shortest))
  }
  const holds = (condition: PolicyRule['when'][number]): boolean => {
    const value = valueAt(args, condition.at)
    const members = Array.isArray(value) ? (value as Json[]) : []
    const answer =
      condition.of === 'value'
        ? test(condition, value)
        : condition.of === 'some'
          ? members.some((one) => test(condition, one))
          : members.length > 0 && members.every((one) => test(condition, one))
    return answer !== condition.not
  }
  const matching = document.rules.filter(
    (rule) =>
      meant(rule.for) &&
      (rule.on.connectors?.includes(slug) ?? true) &&
      (rule.on.tools?.includes(tool.name) ?? true) &&
      (rule.on.effects?.includes(words[tool.effect]) ?? true) &&
      (rule.on.assistants?.includes(assistant as `ast_${string}`) ?? true) &&
      rule.when.every(holds),
  )
  const stands = (rule: PolicyRule): boolean => !matching.some((other) => other.overrides.includes(rule.id) && stands(other))
  const standing = matching.filter(stands)
  for (const verb of ['deny', 'ask', 'allow'] as const) if (standing.some((rule) => rule.verb === verb)) return verb
  return 'none'
}

const pointerTo = fc.constantFrom('/amount', '/to', '/to/0', '/note', '', '/missing/deeper', '/a~1b')
const plain = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom('a', 'ana@example.org', ''), fc.boolean(), fc.constant(null))
const condition = fc.record(
  {
    at: pointerTo,
    of: fc.constantFrom('value' as const, 'some' as const, 'every' as const),
    present: fc.boolean(),
    equals: plain,
    oneOf: fc.array(plain, { minLength: 1, maxLength: 3 }),
    matches: fc.constantFrom('a+', '.*@example\\.org', '[a-z]*', '(?i)A'),
    atLeast: fc.integer({ min: -3, max: 3 }),
    atMost: fc.integer({ min: -3, max: 3 }),
    longest: fc.integer({ min: 0, max: 3 }),
    shortest: fc.integer({ min: 0, max: 3 }),
    not: fc.boolean(),
  },
  { requiredKeys: ['at'] },
)
const rule = (id: string, later: readonly string[]) =>
  fc.record(
    {
      id: fc.constant(id),
      verb: fc.constantFrom('allow' as const, 'ask' as const, 'deny' as const),
      for: fc.oneof(
        fc.constant('everybody' as const),
        fc.record({ groups: fc.subarray([...groups], { minLength: 1 }) }),
        fc.constant({ people: [ana as `usr_${string}`] }),
        fc.constant({ owners: true }),
      ),
      on: fc.record(
        {
          connectors: fc.subarray(['bank', 'post'], { minLength: 1 }),
          tools: fc.subarray(['pay', 'look'], { minLength: 1 }),
          effects: fc.subarray(['read' as const, 'change' as const, 'destroy' as const], { minLength: 1 }),
          assistants: fc.subarray([claude as `ast_${string}`, gpt as `ast_${string}`], { minLength: 1 }),
        },
        { requiredKeys: [] },
      ),
      // Refined away where a condition tests nothing.
      when: fc.array(
        condition.filter((one) => Object.keys(one).some((key) => !['at', 'of', 'not'].includes(key))),
        { maxLength: 2 },
      ),
      overrides: fc.subarray([...later]),
    },
    { requiredKeys: ['id', 'verb'] },
  )
const ids = ['one', 'two', 'three', 'four', 'five']
// A rule overrides later ones only, so there is no circle; the order in which they are written is another one.
const documents = fc
  .tuple(...ids.map((id, at) => rule(id, ids.slice(at + 1))))
  .chain((rules) => fc.shuffledSubarray(rules, { minLength: 0 }))
  .map((rules) => {
    const there = new Set(rules.map(({ id }) => id))
    return policyDocument.parse({ rules: rules.map((one) => ({ ...one, overrides: (one.overrides ?? []).filter((id) => there.has(id)) })) })
  })
const argumentsOf = fc.record(
  {
    amount: fc.integer({ min: -3, max: 3 }),
    to: fc.array(fc.constantFrom('ana@example.org', 'bob@elsewhere.test', 'a'), { maxLength: 3 }),
    note: fc.constantFrom('', 'a', 'aaaa', '😀😀'),
    'a/b': plain,
  },
  { requiredKeys: [] },
)
const people = fc.record({
  user: fc.constantFrom(ana, 'usr_x' as UserId),
  groups: fc.subarray([...groups]).map((names) => new Set<string>(names)),
  owner: fc.boolean(),
})

describe('the rules of a workspace', () => {
  it(`come to what a naive reading of them comes to (${rounds(200_000)} policies)`, () => {
    fc.assert(
      fc.property(
        documents,
        people,
        argumentsOf,
        fc.constantFrom('read' as const, 'change' as const, 'destructive' as const),
        fc.constantFrom('bank', 'post', 'shop'),
        fc.constantFrom(claude, gpt),
        (document, person, args, effect, slug, assistant) => {
          const tool: ReleaseTool = { ...pay, effect }

          const decided = decide(new CompiledPolicy(1, document), person, args as JsonObject, tool, slug, assistant)

          expect(decided.verb).toBe(reference(document, person, args as JsonObject, tool, slug, assistant))
        },
      ),
      { numRuns: rounds(200_000) },
    )
  })

  it(`hide a tool only where no arguments and no assistant could get it called (${rounds(100_000)} policies)`, () => {
    fc.assert(
      fc.property(documents, people, argumentsOf, fc.constantFrom(claude, gpt), (document, person, args, assistant) => {
        const hidden = new CompiledPolicy(1, document).viewOf(person).hidden('bank', pay, false) !== null

        if (hidden) expect(reference(document, person, args as JsonObject, pay, 'bank', assistant)).toBe('deny')
      }),
      { numRuns: rounds(100_000) },
    )
  })

  it('hide what a rule without conditions denies, and show it where an exception could hold', () => {
    const always = policy({ rules: [{ id: 'no-pay', verb: 'deny', on: { tools: ['pay'] }, because: 'We pay by hand.' }] })
    const small = policy({
      rules: [
        { id: 'no-pay', verb: 'deny', on: { tools: ['pay'] } },
        { id: 'small', verb: 'allow', when: [{ at: '/amount', atMost: 10 }], overrides: ['no-pay'] },
      ],
    })

    expect(always.viewOf(somebody()).hidden('bank', pay, false)).toEqual({ rule: 'no-pay', version: 7, because: 'We pay by hand.' })
    expect(small.viewOf(somebody()).hidden('bank', pay, false)).toBeNull()
    expect(decide(small, somebody(), { amount: 10 }).verb).toBe('allow')
    expect(decide(small, somebody(), { amount: 11 }).verb).toBe('deny')
    expect(decide(small, somebody(), { amount: '10' }).verb).toBe('deny')
    expect(decide(small, somebody(), {}).verb).toBe('deny')
  })

  it('match a pattern against the whole text, so that an allowed domain cannot be smuggled in', () => {
    const inside = policy({
      rules: [
        { id: 'no-mail', verb: 'deny' },
        { id: 'inside', verb: 'allow', when: [{ at: '/to', of: 'every', matches: '[^@]+@example\\.org' }], overrides: ['no-mail'] },
      ],
    })
    const mail = (...to: string[]) => decide(inside, somebody(), { to }).verb

    expect(mail('ana@example.org')).toBe('allow')
    for (const near of [
      'ana@example.org.evil.test',
      'ana@example.org\n@evil.test',
      'x@evil.test ana@example.org',
      'ana@exampleXorg',
      'ana@@example.org',
    ])
      expect(mail(near)).toBe('deny')
    expect(mail('ana@example.org', 'bob@evil.test')).toBe('deny')
    expect(mail()).toBe('deny')
  })

  it('count a text that is too long to be looked at for the no and against the yes', () => {
    const long = { note: `${'x'.repeat(20_000)} secret` }
    const deny = policy({ rules: [{ id: 'no-secret', verb: 'deny', when: [{ at: '/note', matches: '(?s).*secret.*' }] }] })
    const allow = policy({
      rules: [
        { id: 'none', verb: 'deny' },
        { id: 'plain', verb: 'allow', when: [{ at: '/note', matches: '(?s).*' }], overrides: ['none'] },
      ],
    })

    expect(decide(deny, somebody(), long).verb).toBe('deny')
    expect(decide(allow, somebody(), long).verb).toBe('deny')
    expect(decide(allow, somebody(), { note: 'short' }).verb).toBe('allow')
  })

  it('are sorted out once for a tool, so that a call looks at those that can matter to it alone', () => {
    const compiled = policy({
      rules: Array.from({ length: 500 }, (_, at) => ({
        id: `rule-${at}`,
        verb: 'ask' as const,
        on: { connectors: [at % 50 === 0 ? 'bank' : `other-${at}`] },
        when: [{ at: '/amount', atLeast: at * 100 }],
      })),
    })
    const view = compiled.viewOf(somebody())
    const plan = view.plan('bank', pay, false)

    expect(plan.rules).toHaveLength(10)
    expect(compiled.viewOf(somebody()).plan('bank', pay, false)).toBe(plan)
  })
})

describe('a policy at the door', () => {
  const audience = {
    groups: new Map([
      ['finance', new Set([ana])],
      ['empty', new Set<UserId>()],
    ]),
    people: new Set([ana]),
    owners: new Set<UserId>(),
  }
  const check = (input: PolicyDocumentInput) => () => checkPolicy(policyDocument.parse(input), audience)

  it('is refused where rules override each other in a circle, with the circle', () => {
    expect(
      check({
        rules: [
          { id: 'a', verb: 'deny', overrides: ['b'] },
          { id: 'b', verb: 'ask', overrides: ['c'] },
          { id: 'c', verb: 'allow', overrides: ['a'] },
        ],
      }),
    ).toThrow('circle: a, b, c, a')
  })

  it('is refused where it names rules, groups or people that there are not, or patterns that cannot be linear', () => {
    const at = (input: PolicyDocumentInput) => {
      try {
        check(input)()
      } catch (error) {
        return (error as { pointer: string }).pointer
      }
      return 'accepted'
    }

    expect(at({ rules: [{ id: 'a', verb: 'deny', overrides: ['gone'] }] })).toBe('/rules/0/overrides/0')
    expect(at({ rules: [{ id: 'a', verb: 'deny', for: { groups: ['finance', 'gone'] } }] })).toBe('/rules/0/for/groups/1')
    expect(at({ rules: [{ id: 'a', verb: 'ask', approvers: { people: ['usr_00000000000000000000000000000009'] } }] })).toBe(
      '/rules/0/approvers/people/0',
    )
    expect(at({ rules: [{ id: 'a', verb: 'deny', when: [{ at: '/x', matches: '(?=a)a' }] }] })).toBe('/rules/0/when/0/matches')
    expect(at({ rules: [{ id: 'a', verb: 'deny', when: [{ at: '/x', matches: '(a)\\1' }] }] })).toBe('/rules/0/when/0/matches')
    expect(at({ rules: [{ id: 'a', verb: 'deny', overrides: ['new-tools'] }] })).toBe('accepted')
  })

  it('is refused where nobody who can sign in could change it any more', () => {
    expect(check({ editors: { groups: ['empty'], people: [] } })).toThrow('could change this policy')
    expect(check({ editors: { groups: ['finance'], people: [] } })).not.toThrow()
  })
})

describe('limits on accounts', () => {
  const limits = policyDocument.parse({
    accounts: [{ id: 'ours', domains: ['example.org', '*.example.org'], identities: ['robot-7'], because: 'Company accounts only.' }],
  }).accounts
  const denied = (identity: { email?: string; identity?: string }) => accountDenial(limits, identity, 3)

  it('let accounts of the named domains and identities in, and nobody who looks like them', () => {
    for (const email of ['ana@example.org', 'ANA@Example.ORG', 'ana@mail.example.org', '"a@evil.test"@example.org'])
      expect(denied({ email })).toBeNull()
    expect(denied({ identity: 'Robot-7' })).toBeNull()
    for (const email of ['ana@example.org.evil.test', 'ana@evilexample.org', 'example.org', 'ana@example.org@evil.test', '', 'ana@.example.orgx'])
      expect(denied({ email })).toEqual({ rule: 'ours', version: 3, because: 'Company accounts only.' })
  })

  it('let an account that does not say whose it is in nowhere', () => {
    expect(denied({})).not.toBeNull()
    expect(accountDenial([], {}, 3)).toBeNull()
  })
})
