import { describe, expect, it } from 'vitest'
import { startEcho } from '../../../../e2e/fixtures/echo-connector.ts'
import { databases } from '../../../test/databases.ts'
import { type Answer, Client, codeOf } from '../../../test/house.ts'
import { type Inhabitant, Town } from '../../../test/town.ts'
import { enables, inHouse, makeWorkspace, moveIn, outcomeOf } from '../../../test/workspaces.ts'

async function browserOf(town: Town, who: Pick<Inhabitant, 'name'>): Promise<Client> {
  const client = new Client(town.url)
  const answer = await client.signIn(who.name)
  if (answer.status !== 200) throw new Error(answer.text)
  return client
}
const items = (answer: Answer) => answer.body['items'] as unknown as readonly Record<string, unknown>[]
const denyNotes = { rules: [{ id: 'no-notes', verb: 'deny', on: { connectors: ['echo'], tools: ['note'] }, because: 'Ask first.' }] }

describe.each(databases)('workspaces over HTTP on $name', (kind) => {
  it('are looked after by their owners, and are not there for anybody else', async () => {
    await using town = await Town.open(kind)
    const north = await makeWorkspace(town, 'North')
    const nora = await moveIn(town, north, 'Nora', true)
    const nils = await moveIn(town, north, 'Nils')
    const [olga, alice, owner, member] = await Promise.all([town.olga, town.alice, nora, nils].map((who) => browserOf(town, who)))
    if (olga === undefined || alice === undefined || owner === undefined || member === undefined) throw new Error('somebody is missing')

    const probes: readonly (readonly [string, string, unknown?])[] = [
      ['GET', ''],
      ['PATCH', '', { name: 'Mine now' }],
      ['GET', '/members'],
      ['POST', '/members', { name: 'Eve', email: 'eve@example.org', owner: true }],
      ['PATCH', `/members/${nils.user}`, { owner: true }],
      ['DELETE', `/members/${nora.user}`],
      ['GET', '/groups'],
      ['POST', '/groups', { name: 'spies' }],
      ['PUT', `/groups/any/members/${town.alice.user}`],
      ['GET', '/policy'],
      ['PUT', '/policy', { policy: {}, basedOn: 0 }],
      ['GET', '/policy/versions'],
      ['POST', '/policy/versions/0/restore', { basedOn: 0 }],
      ['POST', '/policy/accept-tools', { basedOn: 0 }],
    ]
    for (const [method, path, body] of probes) {
      const fromOutside = await alice.send(method, `/api/v1/workspaces/${north}${path}`, body)
      expect([method, path, fromOutside.status, codeOf(fromOutside)]).toEqual([method, path, 404, 'request/not-found'])
      if (path === '') continue
      const fromMember = await member.send(method, `/api/v1/workspaces/${north}${path}`, body)
      expect([method, path, fromMember.status]).toEqual([method, path, 404])
    }

    expect(items(await owner.get(`/api/v1/workspaces/${north}/members`)).map((one) => [one['name'], one['owner']])).toEqual([
      ['Nora', true],
      ['Nils', false],
    ])
    expect(items(await owner.get('/api/v1/workspaces'))).toMatchObject([{ id: north, name: 'North', as: 'owner', house: false }])
    expect(items(await olga.get('/api/v1/workspaces')).map((one) => one['name'])).toEqual(['Home', 'North'])
    expect((await owner.get('/api/v1/session')).body['workspace']).toMatchObject({ id: north, name: 'North' })
    expect(codeOf(await owner.send('PATCH', `/api/v1/workspaces/${north}/members/${nora.user}`, { owner: false }))).toBe('people/last-owner')
    expect((await owner.send('POST', '/api/v1/workspaces', { name: 'Another' })).status).toBe(403)
    expect((await owner.send('DELETE', `/api/v1/workspaces/${north}/members/${nils.user}`)).status).toBe(204)
    expect((await nils.mcp.modern('tools/list')).status).toBe(401)
  })

  it('keep their rules in versions: changed, undone, and refused where somebody else was faster', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    const olga = await browserOf(town, town.olga)
    const at = `/api/v1/workspaces/${town.app.workspace}/policy`

    const first = await olga.send('PUT', at, { policy: denyNotes, basedOn: 0, note: 'No notes.' })
    const late = await olga.send('PUT', at, { policy: {}, basedOn: 0 })
    const wrong = await olga.send('PUT', at, { policy: { rules: [{ id: 'a', verb: 'deny', overrides: ['b'] }] }, basedOn: 1 })
    const odd = await olga.send('PUT', at, { policy: { connectors: { block: ['gone'] } }, basedOn: 1 })
    const undone = await olga.send('POST', `${at}/versions/1/restore`, { basedOn: 2, note: 'As it was.' })

    expect(first.body).toMatchObject({ version: 1, note: 'No notes.', by: { name: 'Olga' }, warnings: [] })
    expect([late.status, codeOf(late)]).toEqual([409, 'request/conflict'])
    expect(wrong.body['error']).toMatchObject({ code: 'consent/policy-invalid', pointer: '/rules/0/overrides/0' })
    expect(odd.body).toMatchObject({ version: 2, warnings: [{ pointer: '/connectors/block/0' }] })
    expect(undone.body).toMatchObject({ version: 3, policy: { rules: [{ id: 'no-notes' }] } })
    expect(items(await olga.get(`${at}/versions`)).map((one) => one['version'])).toEqual([3, 2, 1])
    expect((await town.entries(town.app.workspace)).filter((entry) => entry['event'] === 'policy.changed').map((entry) => entry['version'])).toEqual([
      1, 2, 3,
    ])
    expect((await town.entries(town.app.workspace)).at(-1)).toMatchObject({ version: 3, restores: 1 })
  })

  it('say whether a call would be allowed, and why, by rule and version, and agree with what happens', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')
    const [olga, alice, bob] = [await browserOf(town, town.olga), await browserOf(town, town.alice), await browserOf(town, town.bob)]
    await olga.send('PUT', `/api/v1/workspaces/${town.app.workspace}/policy`, {
      policy: {
        rules: [
          { id: 'no-notes', verb: 'deny', on: { tools: ['note'] }, because: 'Ask first.' },
          {
            id: 'short',
            verb: 'ask',
            on: { tools: ['note'] },
            when: [{ at: '/text', longest: 5 }],
            overrides: ['no-notes'],
            approvers: { owners: true },
          },
        ],
      },
      basedOn: 0,
    })
    const simulate = async (client: Client, body: object) => (await client.send('POST', '/api/v1/policies/simulate', body)).body
    const call = { connector: 'echo', tool: 'note' }

    const long = await simulate(alice, { ...call, arguments: { text: 'much too long' } })
    const short = await simulate(alice, { ...call, arguments: { text: 'hi' } })
    const open = await simulate(alice, call)
    const draft = await simulate(olga, { ...call, arguments: { text: 'much too long' }, user: town.alice.user, draft: {} })

    expect(long).toMatchObject({
      verdict: 'denied',
      sentence: 'Denied by rule no-notes. Ask first.',
      decidedBy: { level: 'workspace', rule: 'no-notes', version: 1 },
      levels: [{ level: 'workspace' }, { level: 'connector', outrankedBy: 'workspace' }, { level: 'default', outrankedBy: 'workspace' }],
      checks: [
        { check: 'live', ok: true },
        { check: 'enabled', ok: true },
        { check: 'arguments', ok: true },
      ],
    })
    expect(short).toMatchObject({
      verdict: 'asks',
      asks: [
        { from: 'others', rule: 'short', who: { owners: true } },
        { from: 'you', level: 'default' },
      ],
    })
    expect(short['rules']).toMatchObject([
      { id: 'short', matches: 'yes', counts: 'yes' },
      { id: 'no-notes', matches: 'yes', counts: 'no', overriddenBy: ['short'] },
    ])
    expect(open['verdict']).toBe('depends')
    expect(draft).toMatchObject({ verdict: 'asks', version: null, decidedBy: { level: 'default' } })
    expect(outcomeOf(await town.alice.mcp.call('echo_note', { text: 'much too long' }))).toBe('consent/policy-denied')
    expect((await bob.send('POST', '/api/v1/policies/simulate', { ...call, user: town.alice.user })).status).toBe(404)
    expect((await bob.send('POST', '/api/v1/policies/simulate', { ...call, draft: {} })).status).toBe(404)
    expect(items({ body: { items: (await alice.get('/api/v1/me/policy')).body['hidden'] } } as unknown as Answer)).toEqual([])
  })

  it('say what a draft would have changed: of others by tool alone, of oneself with the contents', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    for (const who of [town.alice, town.olga]) await town.enables(who, 'echo')
    for (const text of ['a secret', 'another secret', 'weather']) await town.alice.mcp.call('echo_echo', { text })
    for (const text of ['my secret', 'weather']) await town.olga.mcp.call('echo_echo', { text })
    const olga = await browserOf(town, town.olga)
    const draft = { rules: [{ id: 'no-secrets', verb: 'deny', when: [{ at: '/text', matches: '.*secret.*' }] }] }

    const own = await olga.send('POST', '/api/v1/policies/replay', { draft })
    const all = await olga.send('POST', '/api/v1/policies/replay', { draft, workspace: town.app.workspace })

    expect(own.body).toMatchObject({
      looked: 2,
      same: 1,
      changed: [{ connector: 'echo', tool: 'echo', was: 'allowed', would: 'denied', rule: 'no-secrets', calls: 1 }],
    })
    expect(all.body).toMatchObject({ looked: 5, same: 0, changed: [{ was: 'allowed', would: 'depends', calls: 5 }] })
    expect(all.text).not.toContain('secret plan')
    const alicesCalls = (await town.calls(town.alice)).map(({ id }) => id)
    expect(alicesCalls.filter((id) => all.text.includes(id))).toEqual([])
  })

  it('put a call before whoever a rule names, over the API, and show both sides who decides', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')
    const [olga, alice, bob] = [await browserOf(town, town.olga), await browserOf(town, town.alice), await browserOf(town, town.bob)]
    const base = `/api/v1/workspaces/${town.app.workspace}`
    await olga.send('POST', `${base}/groups`, { name: 'finance', title: 'Finance' })
    await olga.send('PUT', `${base}/groups/finance/members/${town.bob.user}`)
    await olga.send('PUT', `${base}/policy`, {
      policy: { rules: [{ id: 'four-eyes', verb: 'ask', on: { tools: ['note'] }, approvers: { groups: ['finance'] }, because: 'Two look.' }] },
      basedOn: 0,
    })
    await town.alice.mcp.call('echo_note', { text: 'pay' })
    const id = String(items(await alice.get('/api/v1/approvals?open=true'))[0]?.['id'])

    const mine = await alice.get(`/api/v1/approvals/${id}`)
    const asked = await bob.get('/api/v1/approval-requests')
    const opened = await bob.get(`/api/v1/approval-requests/${id}`)
    const lasting = await alice.send('POST', `/api/v1/approvals/${id}/decision`, { yes: true, lasting: 'hour' })
    const refused = await bob.send('POST', `/api/v1/approval-requests/${id}/decision`, { yes: false, reason: 'Not today.' })
    const after = await alice.get(`/api/v1/approvals/${id}`)

    expect(mine.body).toMatchObject({
      asks: 'both',
      lasting: false,
      needs: [{ from: 'others', rule: 'four-eyes', because: 'Two look.', who: { groups: ['finance'] } }, { from: 'you' }],
    })
    expect(items(asked)).toMatchObject([{ id, asker: { name: 'Alice' }, rules: [{ id: 'four-eyes' }] }])
    expect(opened.body).toMatchObject({ arguments: { text: 'pay' }, argumentsText: '{\n  "text": "pay"\n}' })
    expect(codeOf(lasting)).toBe('consent/lasting-not-offered')
    expect(refused.status).toBe(204)
    expect(after.body).toMatchObject({ state: 'refused', refusal: { by: 'Bob', reason: 'Not today.' } })
    expect((await olga.get(`/api/v1/approval-requests/${id}`)).status).toBe(404)
    expect(codeOf(await olga.send('DELETE', `${base}/groups/finance`))).toBe('people/group-in-use')
  })

  it('show what they enabled as such, and say what they hide', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    for (const slug of ['echo', 'other']) await town.publishes(slug, echo.url)
    const north = await makeWorkspace(town, 'North')
    const nora = await moveIn(town, north, 'Nora', true)
    const client = await browserOf(town, nora)
    await client.send('PUT', `/api/v1/workspaces/${north}/policy`, {
      policy: { ...denyNotes, connectors: { block: ['other'], because: 'Not ours.' }, enabled: [{ connectors: ['echo'] }] },
      basedOn: 0,
    })

    const listed = items(await client.get('/api/v1/directory'))
    const mine = (await client.get('/api/v1/me/policy')).body

    expect(listed).toMatchObject([{ slug: 'echo', choice: 'not-enabled', byWorkspace: true }])
    expect((await client.get('/api/v1/directory/other')).status).toBe(404)
    expect((await client.get('/api/v1/directory/echo')).body).toMatchObject({
      hiddenTools: ['note'],
      terms: expect.arrayContaining([expect.objectContaining({ document: 'terms' }), expect.objectContaining({ document: 'usage-policies' })]),
    })
    expect(mine).toMatchObject({
      workspace: { name: 'North' },
      unread: [{ slug: 'echo' }],
      hidden: [
        { connector: { slug: 'echo' }, tool: 'note', rule: 'no-notes', because: 'Ask first.' },
        { connector: { slug: 'other' }, tool: null, rule: 'connectors', because: 'Not ours.' },
      ],
    })
    await enables(town, nora, 'echo')
    expect(items(await client.get('/api/v1/directory'))).toMatchObject([{ slug: 'echo', choice: 'enabled', byWorkspace: false }])
    expect(items(await (await browserOf(town, inHouse(town, town.alice))).get('/api/v1/directory')).map((one) => one['slug'])).toEqual([
      'echo',
      'other',
    ])
  })
})
