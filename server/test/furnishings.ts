import type { WorkspaceId } from '../src/lib/index.ts'
import { type Furnishing, idOf } from './furnishing.ts'

const [dev, op, rev, user, holder] = ['session of developer', 'session of operator', 'session of reviewer', 'session of user', 'token of user']
const questions = ['transport', 'storage', 'access', 'secrets', 'updates', 'logging', 'isolation', 'backups', 'testing', 'contact']
const hook = 'https://127.0.0.1:1/hook'

/** Organisations, and connectors with releases and drafts, and all that is said about them. */
export async function publishes(one: Furnishing): Promise<void> {
  const { egret, finch, gull } = one.slugs
  one.organisation = await one.founds('Egret')
  one.heir = await one.founds('Heir')
  const org = one.organisation
  const handsIn = (slug: string, description?: string) =>
    one.post(dev, `/connectors/${slug}/releases`, { manifest: one.manifest(slug, description) }, slug)
  for (const slug of [egret, finch, gull]) {
    await one.post(dev, '/connectors', { developer: org, slug, kind: 'mcp', name: slug })
    const { digest } = await handsIn(slug)
    const decision = { decision: slug === gull ? 'reject' : 'approve', digest, reason: 'For a reason.' }
    await one.post(rev, `/connectors/${slug}/releases/1/decision`, decision, '1', slug)
    if (slug !== gull) await handsIn(slug, 'More than before.')
    if (slug !== finch) await one.put(dev, `/connectors/${slug}/draft`, { manifest: one.manifest(slug) }, slug)
  }
  await one.put(dev, `/connectors/${finch}/reviewer-key`, { secret: 'a key' }, finch)
  await one.post(dev, `/developers/${org}/contacts`, { purpose: 'legal', email: 'legal@mail.invalid' }, org)
  await one.post(dev, `/developers/${org}/domains`, { domain: `${egret}.invalid` }, org)
  await one.post(dev, `/developers/${org}/owners`, { kind: 'person', name: 'Edda Egret', country: 'IE' }, org)
  await one.does(dev, 'GET', `/developers/${org}/statements`, undefined, [org])
  const sub = { name: 'A host', country: 'IE', purpose: 'Hosting', receives: 'what you say' }
  await one.post(dev, `/connectors/${egret}/subprocessors`, sub, egret)
  await one.put(dev, `/connectors/${egret}/brand`, { name: 'Egret', attribution: 'By Egret' }, egret)
  await one.post(dev, `/connectors/${gull}/transfer`, { to: one.heir, reason: 'It is sold.' }, gull)
  const answers = Object.fromEntries(questions.map((name) => [name, { says: 'yes' }]))
  await one.post(dev, `/connectors/${egret}/self-assessments`, { answers }, egret)
  await one.post(dev, `/connectors/${egret}/pause`, { tool: 'big', reason: 'Too much.' }, egret)
  await one.post(dev, '/webhooks', { url: hook, developer: org })
  await one.post(dev, '/incidents', { kind: 'breach', connector: egret, facts: { nature: 'Words went astray.' } })
}

/** Somebody with connectors, an account, calls that were answered and that wait, and something to say. */
export async function uses(one: Furnishing): Promise<void> {
  const { egret, finch } = one.slugs
  for (const [as, slug] of [
    [user, egret],
    [dev, egret],
    [user, finch],
  ] as const) {
    const shown = await one.does(as, 'GET', `/directory/${slug}`, undefined, [slug])
    await one.post(as, `/directory/${slug}/enable`, { noticeSha256: shown['privacyNotice']?.['sha256'] }, slug)
  }
  await one.put(user, `/directory/${finch}/credential`, { secret: 'a key' }, finch)
  await one.put(user, '/me/levels', { level: 'always' })
  await one.post(user, '/tokens', { name: 'a token', assistant: 'Claude' })
  for (const tool of ['echo', 'note']) await one.post(holder, '/calls', { tool: `${egret}_${tool}`, arguments: { text: 'x' } })
  await one.post(holder, '/files', { name: 'a.txt', mediaType: 'text/plain', data: 'YQ==' })
  await one.post(user, '/feedback', { text: 'Good.', connector: egret })
  await one.post(user, '/letters', { subject: 'A question', body: 'How long?' })
  const complaint = { kind: 'abuse', explanation: 'It lies.', name: 'Ann', email: 'ann@mail.invalid', goodFaith: true }
  await one.post('nobody', '/complaints', { ...complaint, connector: egret })
}

/** What an operator keeps: holds, rooms, groups, rules, assistants, lists, letters, and changes of the terms. */
export async function runs(one: Furnishing, home: WorkspaceId): Promise<void> {
  const { organisation: org, heir, round, slugs } = one
  await one.post(op, `/developers/${heir}/hold`, { facts: 'Something is odd.' }, heir)
  await one.post(op, '/holds', { subject: org, ground: 'claim', reason: 'A claim.', until: one.inDays(90) })
  const place = idOf(await one.post(op, '/workspaces', { name: `Room ${round}` }))
  await one.post(op, `/workspaces/${place}/members`, { name: 'Mia', email: `mia${round}@mail.invalid`, owner: true }, place)
  for (const id of [place, home]) await one.post(op, `/workspaces/${id}/groups`, { name: `staff-${round}`, title: 'Staff' }, id)
  await one.put(op, `/workspaces/${place}/policy`, { policy: {}, basedOn: 0 }, place)
  const redirectUris = ['https://corvid.invalid/back']
  await one.post(op, '/assistant-registrations', { name: `Corvid ${round}`, redirectUris, authMethod: 'client_secret_basic' })
  await one.post(op, '/webhooks', { url: hook })
  await one.post(op, `/developers/${org}/amendments`, { connector: slugs.egret, title: 'Just for you', body: 'Less.' }, org)
  const letter = { subject: 'By post', body: 'Dear all', channel: 'post', name: 'Ann', receivedAt: one.inDays(-1) }
  await one.post(op, '/letters/recorded', letter)
  const decider = await one.fuzzer.callers.userOf(op)
  one.fuzzer.made.hints['deciders'] = () => [decider]
  await one.put(op, '/party-checks/rules', { enabled: true, jurisdiction: 'IE', legalBasis: 'The law.', deciders: [decider] })
  await one.post(op, '/party-checks/lists', { source: 'ofac-sdn' })

  const [terms] = await one.documents()
  const drafts = (more: string) =>
    one.post(op, '/terms/changes', {
      ...{ document: terms?.document, class: 'material', justification: 'A new duty.' },
      body: `${terms?.body}\n## ${round}. ${more}\n\nTools greet people.\n`,
    })
  const posted = await drafts('New')
  await one.post(op, `/terms/changes/${idOf(posted)}/post`, { sha256: posted['sha256'] }, idOf(posted))
  for (const slug of Object.values(slugs)) await one.post(dev, `/connectors/${slug}/terms/choices`, { change: idOf(posted), choice: 'wait' }, slug)
  await drafts('Newer')
}
