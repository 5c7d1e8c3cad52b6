import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { handfast, serving, temporaryFolder } from '../../test/command.ts'
import { Client } from '../../test/house.ts'
import { restaurant } from '../../test/publishing.ts'

/** The one decision that a connector's status says can be appealed. */
function decisionIn(status: Record<string, unknown>): string {
  const decisions = status['decisions'] as readonly { readonly id: string; readonly kind: string }[]
  return decisions.find(({ kind }) => kind === 'request-changes')?.id ?? ''
}

describe('reviews from the command line', { timeout: 600_000 }, () => {
  it('go from a manifest that was begun with to a release that is decided', async () => {
    using folder = temporaryFolder()
    await using connector = await restaurant()
    const environment = { HANDFAST_DATA: folder.in('data'), HANDFAST_DANGEROUSLY_ALLOW_PRIVATE_ADDRESSES: 'true' }
    const file = folder.in('heron.yaml')
    const platform = folder.in('platform.yaml')
    const person = 'users: [{ email: dora@fennick.example, name: Dora, roles: [user] }]\n'
    writeFileSync(platform, `operator: { email: olga@fennick.example, name: Olga }\n${person}`)
    await handfast(['apply', '-f', platform, '--json'], environment)

    const begun = await handfast(['connector', 'init', file, '--url', connector.url, '--json'])
    const twice = await handfast(['connector', 'init', file])
    writeFileSync(file, `${readFileSync(file, 'utf8')}credential: { type: bearer }\n`)
    const added = await handfast(
      ['connector', 'add', file, '--developer', 'Heron Ltd', '--country', 'IE', '--accept-terms', '--attest', 'all', '--json'],
      environment,
    )
    writeFileSync(file, readFileSync(file, 'utf8').replace('What it is good for', 'Tables, and what they are good for'))
    const saved = await handfast(['connector', 'draft', 'save', file, '--json'], environment)
    const draft = await handfast(['connector', 'draft', 'show', 'heron', '--json'], environment)
    const queue = await handfast(['review', 'queue', '--json'], environment)
    const shown = await handfast(['review', 'show', 'heron', '1'], environment)
    const vague = await handfast(['review', 'decide', 'heron', '1'], environment)
    const decided = await handfast(['review', 'decide', 'heron', '1', '--changes', '--reason', 'Say what a booking costs.', '--json'], environment)
    const status = await handfast(['connector', 'status', 'heron', '--json'], environment)
    const decision = decisionIn(status.json())
    const appealed = await handfast(['connector', 'appeal', 'heron', decision, '--reason', 'It costs nothing.', '--json'], environment)
    const appeals = await handfast(['review', 'appeals', '--json'], environment)
    const both = await handfast(['review', 'appeal', 'heron', decision, '--grant', '--deny', '--reason', 'So it is.'], environment)
    const answer = ['review', 'appeal', 'heron', String(appealed.json()['id']), '--grant', '--reason', 'So it is.']
    const granted = await handfast(answer, environment)
    const none = await handfast(['review', 'appeals'], environment)
    const findings = (await handfast(['review', 'show', 'heron', '1', '--json'], environment)).json()['findings'] as readonly {
      readonly key: string
    }[]
    const aside = ['review', 'dismiss', 'heron', '1', findings[0]?.key.slice(0, 12) ?? '', '--reason', 'Looked at by hand.']
    const dismissed = await handfast([...aside, '--json'], environment)
    const probe = await handfast(['review', 'probe', 'heron', '1', '--json'], environment)
    const live = await handfast(['review', 'decide', 'heron', '1', '--approve', '--json'], environment)
    const dora = ['--as', 'dora@fennick.example', '--json']
    const enabling = ['connector', 'enable', 'heron', '--yes']
    const forDora = await handfast([...enabling, ...dora], environment)
    const forOlga = await handfast([...enabling, '--json'], environment)
    const keyed = await handfast(['connector', 'key', 'heron', '--env', 'HERON_KEY', ...dora], { ...environment, HERON_KEY: 'nest-1987' })
    const rescan = await handfast(['review', 'rescan', 'heron'], environment)
    const drift = await handfast(['review', 'drift', '--json'], environment)

    expect(appeals.json()).toMatchObject({ items: [{ slug: 'heron', reason: 'It costs nothing.', answer: null }] })
    expect([both.code, granted.code, none.out]).toEqual([2, 0, 'no appeal waits\n'])
    expect(granted.out).toContain('the same person had decided before')
    expect(dismissed.json()).toMatchObject({
      state: 'submitted',
      findings: expect.arrayContaining([expect.objectContaining({ key: findings[0]?.key })]),
    })
    expect((dismissed.json()['findings'] as readonly { readonly dismissed: unknown }[]).filter((one) => one.dismissed !== null)).toMatchObject([
      { key: findings[0]?.key, dismissed: { reason: 'Looked at by hand.' } },
    ])
    expect(probe.json()).toMatchObject({ items: [{ total: 5 }], evidence: null })
    expect([live.json()['outcome'], rescan.code, drift.json()]).toEqual(['approve', 0, { items: [] }])
    expect([forDora.json(), forOlga.json()]).toMatchObject([{ changed: true }, { changed: true }])
    expect(forDora.json()['user']).not.toBe(forOlga.json()['user'])
    expect(keyed.json()).toMatchObject({ connector: 'heron', given: 'own', setBy: 'Dora' })
    expect(rescan.out).toContain('heron is looked at again')
    expect([begun.code, twice.code, added.code, saved.code, queue.code, vague.code, decided.code]).toEqual([0, 2, 0, 0, 0, 2, 0])
    expect(draft.json()).toMatchObject({ findings: [], manifest: { slug: 'heron' } })
    expect(added.json()).toMatchObject({ connector: 'heron', number: 1, reviewersNeeded: 1, risk: expect.any(Number) })
    expect(queue.json()).toMatchObject({ items: [{ connector: { slug: 'heron' }, position: 1, number: 1 }] })
    expect(shown.out).toContain('attested ticked: response-rights, right-to-use, not-the-owner')
    expect(decided.json()).toMatchObject({ outcome: 'request-changes' })
    expect([status.code, status.json()]).toMatchObject([
      1,
      { status: 'draft', statusReason: 'Say what a booking costs.', release: { state: 'changes-requested' } },
    ])
  })

  it('are a matter of others where HANDFAST_PROFILE says public', async () => {
    using folder = temporaryFolder()
    await using connector = await restaurant()
    const data = { HANDFAST_DATA: folder.in('data'), HANDFAST_DANGEROUSLY_ALLOW_PRIVATE_ADDRESSES: 'true' }
    const environment = { ...data, HANDFAST_PROFILE: 'public' }
    const file = folder.in('heron.yaml')
    const platform = folder.in('platform.yaml')
    const dora = ['--as', 'dora@fennick.example', '--json']
    writeFileSync(
      platform,
      'operator: { email: olga@fennick.example, name: Olga }\nusers: [{ email: dora@fennick.example, name: Dora, roles: [developer, reviewer] }]\n',
    )
    await handfast(['apply', '-f', platform, '--json'], environment)
    await handfast(['connector', 'init', file, '--url', connector.url, '--json'])
    const adding = ['connector', 'add', file, '--developer', 'Heron Ltd', '--country', 'IE', '--accept-terms', '--attest', 'all']
    // While it was a house nobody had to prove who they are.
    const added = await handfast([...adding, ...dora], data)
    await using server = await serving(environment)

    const another = await handfast(['connector', 'submit', file, '--attest', 'all', ...dora], environment)
    const queue = await handfast(['review', 'queue', ...dora], environment)
    const refused = [
      await handfast(['review', 'claim', 'heron', '1', ...dora], environment),
      await handfast(['review', 'decide', 'heron', '1', '--approve', ...dora], environment),
      await handfast(['connector', 'approve', 'heron', ...dora], environment),
    ]
    const withdrawn = await handfast(['connector', 'withdraw', 'heron', ...dora], environment)

    expect((await new Client(server.url).get('/api/v1/instance')).body).toMatchObject({ profile: 'public' })
    expect(another.code).not.toBe(0)
    expect(another.err).toContain('your legal name')
    expect(added.json()).toMatchObject({ number: 1 })
    expect(queue.json()).toMatchObject({ items: [{ connector: { slug: 'heron' }, mayDecide: false }] })
    for (const { code, err } of refused) {
      expect(code).not.toBe(0)
      expect(err).toContain('Somebody else has to review this release')
    }
    expect(withdrawn.json()).toMatchObject({ number: 1, withdrawn: true })
  })
})
