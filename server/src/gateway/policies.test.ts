import { describe, expect, it } from 'vitest'
import { startEcho } from '../../../e2e/fixtures/echo-connector.ts'
import { databases } from '../../test/databases.ts'
import { proves } from '../../test/proves.ts'
import { Town } from '../../test/town.ts'
import { enables, group, inHouse, makeWorkspace, moveIn, outcomeOf, rules } from '../../test/workspaces.ts'
import { HOUR, MINUTE, rfc3339 } from '../lib/index.ts'

proves('consent/workspace-rules')

const namesIn = (told: { body: { result: { tools: { name: string }[] } } }) => told.body.result.tools.map(({ name }) => name)

describe.each(databases)('rules of a workspace on $name', (kind) => {
  it('refuse a call and name the rule, to the assistant and in the ledger, and hold from the next call on', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')
    const sent = () => echo.requests.filter(({ message }) => message?.method === 'tools/call').length
    expect(outcomeOf(await town.alice.mcp.call('echo_echo', { text: 'secret plan' }))).toBe('sent')

    await rules(town, town.app.workspace, {
      rules: [{ id: 'no-secrets', verb: 'deny', when: [{ at: '/text', matches: '(?i).*secret.*' }], because: 'Secrets stay here.' }],
    })
    const told = await town.alice.mcp.call('echo_echo', { text: 'a SECRET plan' })

    expect(outcomeOf(told)).toBe('consent/policy-denied')
    expect(JSON.stringify(told.body)).toContain('rule no-secrets')
    expect(outcomeOf(await town.alice.mcp.call('echo_echo', { text: 'weather' }))).toBe('sent')
    expect(sent()).toBe(2)
    const [, refused] = await town.calls(town.alice)
    expect((await town.entries(refused?.id ?? '')).at(-1)).toMatchObject({
      event: 'call.refused',
      code: 'consent/policy-denied',
      rule: 'no-secrets',
      policy: 1,
    })
  })

  it('keep denied tools and blocked connectors out of the lists of those they are about, and of nobody else', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    await town.publishes('other', echo.url)
    for (const who of [town.alice, town.bob]) for (const slug of ['echo', 'other']) await town.enables(who, slug)
    await group(town, town.app.workspace, 'interns', [town.bob.user])

    await rules(town, town.app.workspace, {
      connectors: { block: ['other'], because: 'Not here.' },
      rules: [{ id: 'no-notes', verb: 'deny', on: { tools: ['note'] }, for: { groups: ['interns'] } }],
    })

    const [alices, bobs] = [namesIn(await town.alice.mcp.modern('tools/list')), namesIn(await town.bob.mcp.modern('tools/list'))]
    expect(alices).toContain('echo_note')
    expect(bobs).not.toContain('echo_note')
    expect(bobs).toContain('echo_echo')
    expect([...alices, ...bobs].filter((name) => name.startsWith('other_'))).toEqual([])
    expect(outcomeOf(await town.alice.mcp.call('other_echo', { text: 'x' }))).toBe('consent/policy-denied')
    expect(outcomeOf(await town.bob.mcp.call('echo_note', { text: 'x' }))).toBe('consent/policy-denied')

    await town.app.rooms.people.workspaces.setMember(town.app.workspace, town.olga.user, { group: 'interns', user: town.bob.user, member: false })
    expect(namesIn(await town.bob.mcp.modern('tools/list'))).toContain('echo_note')
  })

  it('stop a call that waited for a yes while they were tightened, after the yes came', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind, { approvalWaitMs: 20_000 })
    await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')
    const sent = () => echo.requests.filter(({ message }) => message?.method === 'tools/call').length
    expect(outcomeOf(await town.alice.mcp.call('echo_note', { text: 'x' }))).not.toBe('sent')
    const waiting = town.alice.mcp.call('echo_note', { text: 'x' })

    await rules(town, town.app.workspace, { rules: [{ id: 'no-notes', verb: 'deny', on: { tools: ['note'] } }] })
    await town.approves(town.alice)

    expect(['gateway/withdrawn', 'consent/policy-denied']).toContain(outcomeOf(await waiting))
    expect(sent()).toBe(0)
  })

  it('want another yes where they come to name others than those who were asked', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')
    await group(town, town.app.workspace, 'finance', [town.bob.user])
    await town.alice.mcp.call('echo_note', { text: 'x' })
    await town.approves(town.alice)

    await rules(town, town.app.workspace, { rules: [{ id: 'four-eyes', verb: 'ask', on: { tools: ['note'] }, approvers: { groups: ['finance'] } }] })
    const told = await town.alice.mcp.call('echo_note', { text: 'x' })

    expect(outcomeOf(told)).not.toBe('sent')
    expect(echo.requests.some(({ message }) => message?.method === 'tools/call')).toBe(false)
  })

  it('put a call before others, who see exactly what would be sent, and never before the asking person alone', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    const { approverInbox, policies, approvals, directory } = town.app.rooms
    for (const who of [town.alice, town.bob]) await town.enables(who, 'echo')
    await group(town, town.app.workspace, 'finance', [town.alice.user, town.bob.user])
    await rules(town, town.app.workspace, {
      rules: [{ id: 'four-eyes', verb: 'ask', on: { tools: ['note'] }, approvers: { groups: ['finance'] }, because: 'Two people look at this.' }],
    })
    const approver = async (who: typeof town.alice) => ({ ...(await policies.personOf(who.user, town.app.workspace)), workspace: town.app.workspace })
    await town.alice.mcp.call('echo_note', { text: 'pay 10 €\u202e' })
    const [mine] = await approvals.list(town.person(town.alice), { open: true, limit: 5 })
    const tool = (await directory.bySlug(town.app.workspace, 'echo')).release?.content.tools.find(({ name }) => name === 'note')

    // Alice is in the group, and four eyes are not two: her yes counts for her own question only.
    expect(await approverInbox.list(await approver(town.alice), { limit: 5 })).toEqual([])
    await expect(approverInbox.decide(await approver(town.alice), mine?.id ?? '', { yes: true })).rejects.toMatchObject({ code: 'request/not-found' })
    await approvals.decide(town.person(town.alice), mine?.id ?? '', { yes: true, lasting: 'once' }, tool)
    expect(outcomeOf(await town.alice.mcp.call('echo_note', { text: 'pay 10 €\u202e' }))).not.toBe('sent')

    const [asked] = await approverInbox.list(await approver(town.bob), { limit: 5 })
    const opened = await approverInbox.open(await approver(town.bob), asked?.id ?? '')
    expect(opened).toMatchObject({ id: mine?.id, user: town.alice.user, arguments: { text: 'pay 10 €\u202e' }, tool: 'note' })
    await approverInbox.decide(await approver(town.bob), opened.id, { yes: true })

    expect(outcomeOf(await town.alice.mcp.call('echo_note', { text: 'pay 10 €\u202e' }))).toBe('sent')
    const entries = await town.entries(opened.id)
    expect(entries.map((entry) => [entry['event'], entry['by']])).toEqual([
      ['approval.requested', town.alice.user],
      ['approval.granted', town.alice.user],
      ['approval.opened', town.bob.user],
      ['approval.granted', town.bob.user],
      ['approval.used', town.alice.user],
    ])
    expect(entries[0]).toMatchObject({ rules: ['four-eyes'], policy: 1 })
    expect(entries[3]).toMatchObject({ rules: ['four-eyes'], policy: 1 })
  })

  it('tell a call that somebody else refused why, and let nobody answer who left the group or was never in it', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')
    const { approverInbox, policies } = town.app.rooms
    const { workspaces } = town.app.rooms.people
    await group(town, town.app.workspace, 'finance', [town.bob.user])
    await rules(town, town.app.workspace, {
      rules: [{ id: 'four-eyes', verb: 'ask', on: { tools: ['note'] }, approvers: { groups: ['finance'] }, openMinutes: 120 }],
    })
    const as = async (who: typeof town.bob) => ({ ...(await policies.personOf(who.user, town.app.workspace)), workspace: town.app.workspace })
    await town.alice.mcp.call('echo_note', { text: 'x' })
    const [asked] = await approverInbox.list(await as(town.bob), { limit: 5 })
    const id = asked?.id ?? ''

    await expect(approverInbox.open(await as(town.olga), id)).rejects.toMatchObject({ code: 'request/not-found' })
    await workspaces.setMember(town.app.workspace, town.olga.user, { group: 'finance', user: town.bob.user, member: false })
    await expect(approverInbox.decide(await as(town.bob), id, { yes: true })).rejects.toMatchObject({ code: 'request/not-found' })
    await workspaces.setMember(town.app.workspace, town.olga.user, { group: 'finance', user: town.bob.user, member: true })
    town.clock.advance(HOUR)
    await approverInbox.decide(await as(town.bob), id, { yes: false, reason: 'Too much.' })

    const told = await town.alice.mcp.call('echo_note', { text: 'x' })
    expect(outcomeOf(told)).toBe('consent/approval-refused')
    expect(JSON.stringify(told.body)).toContain('Too much.')
    await expect(approverInbox.decide(await as(town.bob), id, { yes: true })).rejects.toMatchObject({ code: 'consent/approval-expired' })
  })

  it('count two yeses at once, and a question that nobody answered in time as a no', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')
    const { approverInbox, policies, approvals } = town.app.rooms
    const lea = await moveIn(town, town.app.workspace, 'Lea')
    await group(town, town.app.workspace, 'finance', [town.bob.user])
    await group(town, town.app.workspace, 'law', [lea.user])
    await rules(town, town.app.workspace, {
      rules: [
        { id: 'money', verb: 'ask', on: { tools: ['note'] }, approvers: { groups: ['finance'] } },
        { id: 'law', verb: 'ask', on: { tools: ['note'] }, approvers: { groups: ['law'] } },
      ],
    })
    const as = async (user: typeof lea.user) => ({ ...(await policies.personOf(user, town.app.workspace)), workspace: town.app.workspace })
    await town.alice.mcp.call('echo_note', { text: 'x' })
    const [mine] = await approvals.list(town.person(town.alice), { open: true, limit: 5 })
    const id = mine?.id ?? ''

    await Promise.all([
      approverInbox.decide(await as(town.bob.user), id, { yes: true }),
      approverInbox.decide(await as(lea.user), id, { yes: true }),
      approvals.decide(town.person(town.alice), id, { yes: true, lasting: 'once' }, undefined),
    ])
    expect(outcomeOf(await town.alice.mcp.call('echo_note', { text: 'x' }))).toBe('sent')

    await town.alice.mcp.call('echo_note', { text: 'again' })
    town.clock.advance(61 * MINUTE)
    expect(await approverInbox.list(await as(lea.user), { limit: 5 })).toEqual([])
  })

  it('send a call without a question only where a rule says so in so many words', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')

    await rules(town, town.app.workspace, { rules: [{ id: 'fine', verb: 'allow', on: { tools: ['note'] } }] })
    expect(outcomeOf(await town.alice.mcp.call('echo_note', { text: 'x' }))).not.toBe('sent')

    await rules(town, town.app.workspace, { rules: [{ id: 'fine', verb: 'allow', on: { tools: ['note'] }, unasked: true }] })
    expect(outcomeOf(await town.alice.mcp.call('echo_note', { text: 'x' }))).toBe('sent')
  })

  it('list what the workspace enabled, and send nothing before the person has read the notice', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)

    await rules(town, town.app.workspace, { enabled: [{ connectors: ['echo', 'not-there-yet'] }] })

    expect(namesIn(await town.alice.mcp.modern('tools/list'))).toContain('echo_echo')
    expect(outcomeOf(await town.alice.mcp.call('echo_echo', { text: 'x' }))).toBe('consent/notice-unread')
    await town.enables(town.alice, 'echo')
    expect(outcomeOf(await town.alice.mcp.call('echo_echo', { text: 'x' }))).toBe('sent')
    const { connector } = await town.app.rooms.directory.bySlug(town.app.workspace, 'echo')
    await town.app.rooms.choices.disable(town.person(town.alice), connector)
    expect(namesIn(await town.alice.mcp.modern('tools/list'))).toEqual([])
    expect(outcomeOf(await town.alice.mcp.call('echo_echo', { text: 'x' }))).toBe('consent/not-enabled')
  })

  it('keep tools of a later release off until somebody accepts them', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    const connector = await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')
    const { policies } = town.app.rooms
    const person = await policies.of(town.person(town.alice))
    expect(await policies.isNew(person, connector, { name: 'unheard-of', effect: 'read' })).toBe(false)

    await rules(town, town.app.workspace, { newTools: { verb: 'off' } })

    const now = await policies.of(town.person(town.alice))
    expect(now.view.policy.document.newTools.since).toBe(rfc3339(town.clock.now()))
    expect(await policies.isNew(now, connector, { name: 'echo', effect: 'read' })).toBe(false)
    expect(await policies.isNew(now, connector, { name: 'echo', effect: 'destructive' })).toBe(true)
    expect(outcomeOf(await town.alice.mcp.call('echo_echo', { text: 'x' }))).toBe('sent')
  })
})

describe.each(databases)('two workspaces on $name', (kind) => {
  it('share the directory and nothing else: tokens, rules, keys and calls stay where they belong', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url, { credential: { type: 'bearer' } })
    const north = await makeWorkspace(town, 'North')
    const nora = await moveIn(town, north, 'Nora', true)
    const alice = inHouse(town, town.alice)
    for (const who of [alice, nora]) await enables(town, who, 'echo')
    const { connector, origins } = await town.app.rooms.directory.bySlug(north, 'echo')
    await town.app.rooms.vault.put({ workspace: town.app.workspace, user: null }, connector, 'house-key', origins, town.olga.user)

    expect(outcomeOf(await alice.mcp.call('echo_echo', { text: 'house words' }))).toBe('sent')
    expect(outcomeOf(await nora.mcp.call('echo_echo', { text: 'north words' }))).not.toBe('sent')
    await town.app.rooms.vault.put({ workspace: north, user: null }, connector, 'north-key', origins, nora.user)
    expect(outcomeOf(await nora.mcp.call('echo_echo', { text: 'north words' }))).toBe('sent')

    const keys = echo.requests.filter(({ message }) => message?.method === 'tools/call').map(({ headers }) => headers['authorization'])
    expect(keys).toEqual(['Bearer house-key', 'Bearer north-key'])
    await rules(town, town.app.workspace, { connectors: { block: ['echo'] } })
    expect(outcomeOf(await alice.mcp.call('echo_echo', { text: 'x' }))).toBe('consent/policy-denied')
    expect(outcomeOf(await nora.mcp.call('echo_echo', { text: 'x' }))).toBe('sent')
    expect((await town.app.rooms.history.list({ user: nora.user, workspace: town.app.workspace }, { limit: 9 })).length).toBe(0)
  })

  it('end everything of somebody who moves: tokens, yeses, sessions, and the account itself', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    const { people, ending, approvals } = town.app.rooms
    const north = await makeWorkspace(town, 'North')
    const alice = inHouse(town, town.alice)
    await enables(town, alice, 'echo')
    await alice.mcp.call('echo_note', { text: 'x' })
    const [asked] = await approvals.list(alice, { open: true, limit: 1 })
    await approvals.decide(alice, asked?.id ?? '', { yes: true, lasting: 'hour' }, { effect: 'change' })

    const issued = await people.workspaces.leave(town.app.workspace, town.olga.user, alice.user, { mayBeLast: true, ending, to: north })

    expect((await alice.mcp.call('echo_echo', { text: 'x' })).status).toBe(401)
    expect(await people.standing(alice.user)).toMatchObject({ disabled: true, workspace: town.app.workspace })
    const { user } = await people.acceptInvitation(
      { token: issued?.token ?? '', password: 'correct horse battery' },
      { address: '203.0.113.7', agent: 'a test' },
    )
    expect(user).not.toBe(alice.user)
    expect(await people.standing(user)).toMatchObject({ workspace: north, roles: ['user'] })
    expect((await town.app.rooms.choices.of({ user, workspace: north })).standing).toEqual([])
    await expect(people.workspaces.leave(town.app.workspace, town.olga.user, alice.user, { mayBeLast: true, ending })).rejects.toMatchObject({
      code: 'request/not-found',
    })
  })

  it('let people of other workspaces hold no role that decides for all', async () => {
    await using town = await Town.open(kind)
    const north = await makeWorkspace(town, 'North')
    const nora = await moveIn(town, north, 'Nora', true)
    const { people } = town.app.rooms
    const source = { address: '203.0.113.7', agent: 'a test' }

    await expect(people.change(town.olga.user, nora.user, { roles: ['user', 'operator'] }, source)).rejects.toMatchObject({
      code: 'people/house-roles',
    })
    await expect(people.workspaces.invite(north, nora.user, { name: 'Alice', email: 'ALICE@example.org', owner: false })).rejects.toMatchObject({
      code: 'people/email-taken',
    })
    await expect(people.workspaces.setMember(north, nora.user, { group: 'x', user: town.bob.user, member: true })).rejects.toMatchObject({
      code: 'request/not-found',
    })
  })

  it('take groups over from what an identity provider says, and leave those made by hand alone', async () => {
    await using town = await Town.open(kind)
    const { people, policies } = town.app.rooms
    const { workspaces } = people
    const { workspace } = town.app
    await workspaces.createGroup(workspace, town.olga.user, { name: 'finance', title: 'Finance', claim: 'cn=finance' })
    await group(town, workspace, 'cooks', [town.bob.user])
    const groupsOfBob = async () => [...(await policies.personOf(town.bob.user, workspace)).groups].toSorted()

    await people.setGroups(town.bob.user, ['cn=finance', 'cn=unknown', 'cooks'])
    expect(await groupsOfBob()).toEqual(['cooks', 'finance'])
    await people.setGroups(town.bob.user, [])
    expect(await groupsOfBob()).toEqual(['cooks'])
  })
})
