import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { handfast, serving, temporaryFolder } from '../../test/command.ts'

async function house(folder: { readonly in: (name: string) => string }) {
  const settings = { HANDFAST_DATA: folder.in('data'), HANDFAST_INCIDENT_CLOCKS: 'gdpr-authority' }
  writeFileSync(folder.in('platform.yaml'), stringify({ operator: { email: 'olga@example.org', name: 'Olga' } }))
  await handfast(['apply', '-f', folder.in('platform.yaml')], settings)
  const served = await serving(settings)
  return {
    url: served.url,
    say: (...args: readonly string[]) => handfast([...args, '--json'], settings),
    [Symbol.asyncDispose]: () => served[Symbol.asyncDispose](),
  }
}

type Timed = { readonly id: string; readonly dueAt: string; readonly metAt: string | null }

describe('incidents from the command line', { timeout: 300_000 }, () => {
  it('are reported, acknowledged, met, noted, told, closed and reopened, with what is missing said in one line', async () => {
    using folder = temporaryFolder()
    await using at = await house(folder)
    writeFileSync(folder.in('facts.json'), '{ "consequences": "Names were read.", "peopleEstimate": 3 }')

    const silent = await at.say('incident', 'report', '--kind', 'breach')
    const reported = await at.say('incident', 'report', '--kind', 'breach', '--nature', 'A backup was open', '--facts', folder.in('facts.json'))
    const id = String(reported.json()['id'])
    const acknowledged = await at.say('incident', 'acknowledge', id)
    const met = await at.say('incident', 'meet', id, 'gdpr-authority', '--note', 'Filed by form 4')
    const nothing = await at.say('incident', 'contain', id, '--reason', 'to be safe')
    const noted = await at.say('incident', 'note', id, '--note', 'The door is shut')
    const affected = await at.say('incident', 'affected', id, '--from', '2020-01-01T00:00:00Z', '--to', new Date().toISOString())
    const closed = await at.say('incident', 'close', id, '--note', 'Done')
    const gone = await at.say('incident', 'list', '--state', 'open')
    const reopened = await at.say('incident', 'reopen', id, '--note', 'Not quite')
    const unknown = await at.say('incident', 'show', 'inc_01jzzzzzzzzzzzzzzzzzzzzzzz')

    expect([silent.code, nothing.code]).toEqual([2, 2])
    expect(silent.err).toContain('--nature or --facts')
    expect(nothing.err).toContain('--suspend, --revoke or --renew')
    expect(reported.json()).toMatchObject({ kind: 'breach', state: 'open', facts: { nature: 'A backup was open', peopleEstimate: 3 } })
    expect(acknowledged.json()).toMatchObject({ state: 'acknowledged' })
    expect((met.json()['clocks'] as readonly Timed[]).find(({ id }) => id === 'gdpr-authority')?.metAt).not.toBeNull()
    expect(noted.json()['timeline']).toContainEqual(expect.objectContaining({ note: 'The door is shut' }))
    expect([affected.code, affected.json()]).toMatchObject([3, { error: { code: 'incidents/no-connector' } }])
    expect([closed.json()['state'], gone.json()['items'], reopened.json()['state']]).toEqual(['closed', [], 'acknowledged'])
    expect([unknown.code, unknown.json()]).toMatchObject([2, { error: { code: expect.any(String) } }])
    expect(unknown.err).not.toContain('    at ')
  })

  it('go along with complaints of people without an account, feedback and holds', async () => {
    using folder = temporaryFolder()
    await using at = await house(folder)
    const body = { kind: 'privacy', explanation: 'My address stands there.', name: 'Nell', email: 'nell@example.net', goodFaith: true }

    const received = await fetch(`${at.url}/api/v1/complaints`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const { id } = (await received.json()) as { readonly id: string }
    const listed = await at.say('complaint', 'list')
    const shown = await at.say('complaint', 'show', id)
    const acknowledged = await at.say('complaint', 'acknowledge', id)
    const decided = await at.say('complaint', 'decide', id, '--uphold', '--reasons', 'It was taken down.')
    const twice = await at.say('complaint', 'decide', id, '--reasons', 'Or was it?')
    const given = await at.say('feedback', 'give', 'It is quick.', '--free')
    const answered = await at.say('feedback', 'answer', String(given.json()['id']), 'Thank you.')
    const feedback = await at.say('feedback', 'list', '--state', 'answered')
    const until = new Date(Date.now() + 86_400_000).toISOString()
    const people = await at.say('user', 'list')
    const person = (people.json()['items'] as readonly { readonly id: string }[])[0]?.id ?? ''
    const held = await at.say('hold', 'place', person, '--ground', 'litigation', '--reason', 'Case 12', '--until', until)
    const lifted = await at.say('hold', 'lift', String(held.json()['id']))
    const holds = [await at.say('hold', 'list'), await at.say('hold', 'list', '--all')]

    expect([received.status, listed.json()['items']]).toMatchObject([201, [{ id, state: 'received' }]])
    expect(shown.json()).toMatchObject({ explanation: 'My address stands there.', complainant: { email: 'nell@example.net' } })
    expect([acknowledged.json()['state'], decided.json()]).toMatchObject(['acknowledged', { state: 'decided', decision: { upheld: true } }])
    expect([twice.code, twice.err]).toEqual([3, expect.stringMatching(/decided already/)])
    expect([answered.json()['state'], (feedback.json()['items'] as readonly unknown[]).length]).toEqual(['answered', 1])
    expect([held.code, lifted.code]).toEqual([0, 0])
    expect(holds.map((list) => (list.json()['items'] as readonly unknown[]).length)).toEqual([0, 1])
  })
})
