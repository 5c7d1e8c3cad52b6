import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { keptState } from '../../test/kept-state.ts'
import { proves } from '../../test/proves.ts'
import { manifestFor, openPublishing, restaurant } from '../../test/publishing.ts'
import { DAY, type DeveloperId, type Json, newId, rfc3339, sha256, type UserId } from '../lib/index.ts'
import { write } from '../storage/index.ts'
import { agreementPage, fromEntries } from './index.ts'

proves('terms/changes', 'terms/in-force', 'terms/served', 'terms/choice', 'terms/amendments', 'terms/agreement')

const signs = (by: UserId) => ({ by, authorityAttested: true, address: '203.0.113.7' })
const STEER = { decidedAs: ['operator' as const], reason: 'a leak' }

describe.each(databases)('a change of the terms on $name', (kind) => {
  /** Dora has a live connector, and the operator a draft of another edition. */
  async function townWithDraft(live = false) {
    const server = live ? await restaurant() : null
    const town = await openPublishing(kind)
    const { connector } = await town.creates()
    if (server === null) town.stands.as = { available: true, leaving: false, ended: false }
    else {
      await town.submits(manifestFor(server.url))
      await town.decides(1, true)
    }
    const { workspace, terms, clock } = town
    const old = (await terms.bundle(workspace)).find(({ document }) => document === 'usage-policies')
    if (old === undefined) throw new Error('there are no usage policies')
    const { title, language } = old
    const body = `${old.body}\n## 6. Something new\n\nTools greet people.\n`
    const draft = await terms.changes.draft({
      workspace,
      document: 'usage-policies',
      title,
      language,
      body,
      class: 'material',
      justification: 'a new duty',
      by: town.rita,
    })
    const [other] = (await terms.changes.list(workspace)).map(({ text }) => text.sha256)
    const post = (wanted?: number) => terms.changes.post(workspace, draft, town.rita, { sha256: other ?? '', effectiveAt: wanted })
    const inForce = async (at = clock.now()) =>
      (await terms.inForceFor(workspace, connector, at)).documents.find(({ document }) => document === 'usage-policies')
    const chooses = (choice: 'accept' | 'wait') =>
      terms.choose({
        workspace,
        connector,
        change: draft,
        choice,
        developer: { id: town.developer, name: 'Heron Ltd', country: 'IE' },
        by: town.dora,
        onBehalfOf: null,
        authorityAttested: true,
        address: '203.0.113.7',
      })
    const dispose = async () => {
      await town[Symbol.asyncDispose]()
      await server?.[Symbol.asyncDispose]()
    }
    return {
      ...town,
      url: server?.url ?? '',
      connector,
      old,
      draft,
      digest: other ?? '',
      post,
      inForce,
      chooses,
      submits: town.submits,
      decides: town.decides,
      [Symbol.asyncDispose]: dispose,
    }
  }

  const events = async (
    town: { ledger(): Promise<readonly { readonly event: string; readonly facts: Readonly<Record<string, Json>> }[]> },
    event: string,
  ) => (await town.ledger()).filter((entry) => entry.event === event).map(({ facts }) => facts)

  it('is a draft first, says when it can take effect at the earliest, and cannot be posted earlier, unjustified or unseen', async () => {
    await using town = await townWithDraft()
    const { terms, workspace, draft, clock, rita } = town
    const change = await terms.changes.get(workspace, draft)

    expect(terms.changes.preview(change)).toEqual({ postedAt: clock.now(), earliest: clock.now() + 15 * DAY, effectiveAt: clock.now() + 15 * DAY })
    await expect(town.post(clock.now() + 15 * DAY - 1)).rejects.toMatchObject({ code: 'terms/too-early', pointer: '/effectiveAt' })
    await expect(terms.changes.post(workspace, draft, rita, { sha256: 'f'.repeat(64) })).rejects.toMatchObject({ code: 'terms/other-words' })
    await terms.changes.revise(workspace, draft, rita, { justification: ' ' })
    await expect(town.post()).rejects.toMatchObject({ code: 'terms/unjustified' })
    await expect(terms.changes.draft({ ...town.old, workspace, by: rita })).rejects.toMatchObject({ code: 'terms/no-difference' })
    expect(await events(town, 'change.posted')).toEqual([])
  })

  it('takes effect after 15 days for a connector that was told and stayed, which is kept apart from an acceptance', async () => {
    await using town = await townWithDraft()
    const posted = await town.post()
    const postedAt = town.clock.now()
    town.serves(posted.id, town.developer, postedAt)

    const states = []
    for (const passed of [14 * DAY, 15 * DAY - 1, 15 * DAY, 16 * DAY]) states.push((await town.inForce(postedAt + passed))?.how)
    town.clock.advance(15 * DAY)
    await town.runs('terms.effective')

    expect(states).toEqual(['accepted', 'accepted', 'deemed', 'deemed'])
    expect(await town.inForce()).toMatchObject({ how: 'deemed', by: posted.id, sha256: town.digest, since: postedAt + 15 * DAY })
    expect(await events(town, 'terms.deemed')).toMatchObject([
      { connector: town.connector, change: posted.id, servedAt: postedAt, dueAt: postedAt + 15 * DAY },
    ])
    expect(await town.terms.acceptances(town.workspace, town.developer)).toHaveLength(1)
  })

  it('happens on time although every node was down for 40 days, and is written down with both times', async () => {
    await using town = await townWithDraft()
    const posted = await town.post()
    const postedAt = town.clock.now()
    town.serves(posted.id, town.developer, postedAt)
    town.clock.advance(55 * DAY)

    expect(await town.inForce()).toMatchObject({ how: 'deemed', since: postedAt + 15 * DAY })
    await town.runs('terms.effective')
    await town.runs('terms.effective')

    const [deemed, ...more] = await events(town, 'terms.deemed')
    expect(deemed).toMatchObject({ dueAt: postedAt + 15 * DAY, at: postedAt + 55 * DAY })
    expect(more).toEqual([])
  })

  it('leaves the old edition binding where no notice was served, tells the operator, and binds 15 days after it was', async () => {
    await using town = await townWithDraft()
    const posted = await town.post()
    const postedAt = town.clock.now()
    town.clock.advance(15 * DAY)
    await town.runs('terms.effective')

    expect(await town.inForce()).toMatchObject({ how: 'accepted', sha256: town.old.sha256, held: [{ why: 'not-served' }] })
    const told = await town.storage.db.selectFrom('notices').select(['kind', 'recipient_kind', 'body']).where('kind', '=', 'terms.unserved').execute()
    expect(told).toEqual([{ kind: 'terms.unserved', recipient_kind: 'operator', body: expect.stringContaining('Heron Ltd') }])

    town.clock.advance(5 * DAY)
    town.serves(posted.id, town.developer, town.clock.now())
    await town.runs('terms.effective')
    expect(await town.inForce(postedAt + 35 * DAY - 1)).toMatchObject({ how: 'accepted' })
    town.clock.advance(15 * DAY)
    await town.runs('terms.effective')

    expect(await town.inForce()).toMatchObject({ how: 'deemed', since: postedAt + 35 * DAY })
    expect(await events(town, 'terms.deemed')).toHaveLength(1)
    expect(
      await town.storage.db.selectFrom('deadlines').select('id').where('kind', '=', 'terms.effective').where('done_at', 'is', null).execute(),
    ).toEqual([])
  })

  it('that takes effect at once gives its notices three days before anybody is said not to be reached, and writes to nobody twice', async () => {
    await using town = await townWithDraft()
    const { terms, workspace, draft, rita, clock } = town
    await terms.changes.revise(workspace, draft, rita, { class: 'other' })
    await town.post()
    const told = () => town.storage.db.selectFrom('notices').select('kind').where('kind', 'in', ['terms.unserved', 'terms.changed']).execute()
    await town.runs('terms.effective')
    clock.advance(3 * DAY - 1)
    await town.runs('terms.effective')
    const early = await told()
    clock.advance(1)
    await town.runs('terms.effective')

    expect(early).toEqual([])
    // The notices to developers are still being written, by another handler.
    expect(await told()).toEqual([{ kind: 'terms.unserved' }])
  })

  it('is settled where a later edition is accepted, though its notice never arrived', async () => {
    await using town = await townWithDraft()
    const { terms, workspace, draft, rita, old, clock } = town
    await terms.changes.revise(workspace, draft, rita, { class: 'other' })
    await town.post()
    const body = `${old.body}\nAnd one more.\n`
    const later = await terms.changes.draft({ ...old, workspace, body, class: 'other', justification: 'more', by: rita })
    clock.advance(1)
    await terms.changes.post(workspace, later, rita, { sha256: sha256(body) })
    await town.runs('terms.effective')
    clock.advance(DAY)
    await town.accepts()
    await town.runs('terms.effective')

    const open = town.storage.db.selectFrom('deadlines').select('subject').where('kind', '=', 'terms.effective').where('done_at', 'is', null)
    expect(await open.execute()).toEqual([])
    expect(await events(town, 'terms.deemed')).toEqual([])
    expect(await town.inForce()).toMatchObject({ how: 'accepted', sha256: sha256(body), held: [] })
  })

  it('is written down for every connector, however many there are', async () => {
    await using town = await townWithDraft()
    const { storage, workspace, connector, developer, clock } = town
    const { id: _, slug: __, ...row } = await storage.db.selectFrom('connectors').selectAll().where('id', '=', connector).executeTakeFirstOrThrow()
    const more = Array.from({ length: 205 }, (_, number) => ({ ...row, id: newId('con', clock.now()), slug: `heron-${number}` }))
    await storage.write(more.map((one) => write(storage.db.insertInto('connectors').values(one))))
    const posted = await town.post()
    town.serves(posted.id, developer, clock.now())
    clock.advance(15 * DAY)
    await town.runs('terms.effective')
    const first = (await events(town, 'terms.deemed')).length
    clock.advance(1)
    await town.runs('terms.effective')

    const deemed = await events(town, 'terms.deemed')
    expect(first).toBe(200)
    expect(new Set(deemed.map((one) => one['connector']))).toEqual(new Set([connector, ...more.map(({ id }) => id)]))
    expect(deemed).toHaveLength(206)
    expect(await town.terms.pending(workspace, connector)).toEqual([])
  })

  it('of a document that there was not before waits for its notice and for its days as any other does', async () => {
    await using town = await townWithDraft()
    const { terms, workspace, rita, connector, developer, clock } = town
    const words = { workspace, document: 'brand-rules', title: 'Brand rules', language: 'en', body: 'Do not bend the logo.', by: rita }
    const id = await terms.changes.draft({ ...words, class: 'material', justification: 'new' })
    await terms.changes.post(workspace, id, rita, { sha256: sha256(words.body) })
    clock.advance(15 * DAY)
    const unserved = await terms.inForceFor(workspace, connector, clock.now())
    await terms.requireForRelease(workspace, connector)
    town.serves(id, developer, clock.now())
    const served = await terms.inForceFor(workspace, connector, clock.now())
    const pending = await terms.pending(workspace, connector)
    clock.advance(15 * DAY)

    expect(unserved.unbound).toMatchObject([{ document: 'brand-rules', held: [{ change: id, why: 'not-served' }] }])
    expect(served.unbound).toMatchObject([{ held: [{ why: 'window', from: clock.now() }] }])
    expect(pending).toMatchObject([{ change: { id }, from: clock.now() }])
    expect(await terms.inForceFor(workspace, connector, clock.now())).toMatchObject({
      unbound: [],
      documents: expect.arrayContaining([expect.objectContaining({ document: 'brand-rules', how: 'deemed' })]),
    })
  })

  it('does not bind a connector that was not available when its time came', async () => {
    await using town = await townWithDraft(true)
    const posted = await town.post()
    town.serves(posted.id, town.developer, town.clock.now())
    await town.lifecycle.suspend({ workspace: town.workspace, connector: town.connector, by: town.rita, ...STEER })
    town.clock.advance(16 * DAY)
    await town.runs('terms.effective')

    expect(await town.inForce()).toMatchObject({ how: 'accepted', held: [{ why: 'not-available' }] })
    expect(await events(town, 'terms.deemed')).toEqual([])
    await expect(town.terms.requireForRelease(town.workspace, town.connector)).rejects.toMatchObject({ code: 'terms/not-accepted' })
  })

  it('asks whoever publishes meanwhile what it is to be, and keeps the answer', async () => {
    await using town = await townWithDraft(true)
    await town.post()

    await expect(town.submits(manifestFor(town.url))).rejects.toMatchObject({ code: 'terms/choice-needed', who: 'developer' })
    await town.chooses('wait')
    await town.submits(manifestFor(town.url))

    expect(await town.terms.pending(town.workspace, town.connector)).toMatchObject([{ chosen: 'wait' }])
    expect(await events(town, 'terms.chosen')).toMatchObject([{ choice: 'wait', connector: town.connector }])
    expect(await town.inForce()).toMatchObject({ how: 'accepted', held: [{ why: 'window' }] })
  })

  it('that a developer accepts before its time binds from its time, served or not', async () => {
    await using town = await townWithDraft()
    await town.post()
    const postedAt = town.clock.now()
    const acceptance = await town.chooses('accept')
    town.clock.advance(DAY)

    expect(await town.inForce()).toMatchObject({ sha256: town.old.sha256 })
    expect(await town.inForce(postedAt + 15 * DAY)).toMatchObject({ how: 'accepted', by: acceptance?.id, sha256: town.digest })
    expect(await town.terms.pending(town.workspace, town.connector)).toEqual([])
  })

  it('can be withdrawn before its time and not after, and nobody is bound by it then', async () => {
    await using town = await townWithDraft()
    const posted = await town.post()
    town.serves(posted.id, town.developer, town.clock.now())
    await town.terms.changes.withdraw(town.workspace, posted.id, town.rita, 'a mistake')
    town.clock.advance(30 * DAY)
    await town.runs('terms.effective')

    expect(await town.inForce()).toMatchObject({ sha256: town.old.sha256, held: [] })
    expect((await town.terms.bundle(town.workspace)).find(({ document }) => document === 'usage-policies')).toMatchObject({ sha256: town.old.sha256 })
    await expect(town.terms.changes.withdraw(town.workspace, posted.id, town.rita, 'again')).rejects.toMatchObject({ code: 'terms/change-settled' })
  })

  it('waits for the one before it, and for nobody where the law asks for it', async () => {
    await using town = await townWithDraft()
    const { terms, workspace, rita, old } = town
    const law = {
      workspace,
      document: 'usage-policies',
      title: old.title,
      language: 'en',
      body: `${old.body}\nThe law says so.\n`,
      class: 'required-by-law' as const,
      justification: 'an act',
      by: rita,
    }
    const other = await terms.changes.draft(law)
    const { text } = await terms.changes.get(workspace, other)
    const first = await town.post()

    await expect(terms.changes.post(workspace, other, rita, { sha256: text.sha256 })).rejects.toMatchObject({ code: 'terms/change-pending' })
    await terms.changes.withdraw(workspace, first.id, rita, 'the law comes first')
    const posted = await terms.changes.post(workspace, other, rita, { sha256: text.sha256 })
    town.serves(posted.id, town.developer, town.clock.now())

    expect(posted.effectiveAt).toBe(town.clock.now())
    expect(await town.inForce()).toMatchObject({ how: 'deemed', sha256: text.sha256 })
    await expect(terms.changes.withdraw(workspace, posted.id, rita, 'no')).rejects.toMatchObject({ code: 'terms/change-settled' })
  })

  it('is posted as it was looked at: what somebody else changed since, be it its class alone, is looked at again', async () => {
    await using town = await townWithDraft()
    const { terms, workspace, draft, rita, digest, old } = town
    const seen = await terms.changes.get(workspace, draft)
    await terms.changes.revise(workspace, draft, rita, { class: 'other' })
    const posting = { sha256: digest, draftedAt: seen.draftedAt }

    await expect(terms.changes.post(workspace, draft, rita, posting)).rejects.toMatchObject({ code: 'terms/other-words' })
    const both = await Promise.allSettled([
      terms.changes.revise(workspace, draft, rita, { title: 'Rules' }),
      terms.changes.revise(workspace, draft, rita, { class: 'material' }),
    ])
    expect(both.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: { code: 'terms/other-words' } }])
    const german = { language: 'DE', title: 'Regeln', body: 'Kurz.' }
    for (const translations of [
      [german, { ...german, language: 'de' }],
      [german, { ...german, language: old.language }],
    ])
      await expect(terms.changes.revise(workspace, draft, rita, { translations })).rejects.toMatchObject({
        code: 'terms/translation',
        pointer: '/translations/1/language',
      })
    const { draftedAt } = await terms.changes.get(workspace, draft)
    expect(await terms.changes.post(workspace, draft, rita, { sha256: digest, draftedAt })).toMatchObject({ postedAt: town.clock.now() })
  })

  it('is posted once, also where two do it at the same moment', async () => {
    await using town = await townWithDraft()

    const both = await Promise.allSettled([town.post(), town.post()])

    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await events(town, 'change.posted')).toHaveLength(1)
  })

  it('is all told from the ledger alone: the tables say the same', async () => {
    await using town = await townWithDraft()
    const { terms, workspace, developer, dora, rita } = town
    const posted = await town.post()
    town.serves(posted.id, developer, town.clock.now())
    await town.chooses('wait')
    const offered = await terms.amendments.propose({ workspace, developer, connector: null, title: 'A longer notice', body: 'Sixty days.', by: rita })
    await terms.amendments.sign(workspace, offered.id, { ...signs(dora), sha256: offered.sha256 })
    const declined = await terms.amendments.propose({ workspace, developer, connector: town.connector, title: 'Free', body: 'Nothing.', by: rita })
    await terms.amendments.withdraw(workspace, declined.id, dora)
    town.clock.advance(16 * DAY)
    await town.runs('terms.effective')

    const rows = await town.storage.db.selectFrom('ledger_entries').select(['event', 'subject', 'at', 'body']).orderBy('position').execute()
    const told = fromEntries(rows.map(({ body, ...row }) => ({ ...row, facts: JSON.parse(body) as Record<string, Json> })))

    expect(told).toEqual(await keptState(town.storage, workspace))
    expect(Object.keys(told.deemed)).toHaveLength(1)
  })
})

describe.each(databases)('the agreement about a connector on $name', (kind) => {
  it('names what was in force at any time, with amendments that both have signed', async () => {
    await using town = await openPublishing(kind)
    const before = town.clock.now() - 1
    const { connector } = await town.creates()
    const { terms, workspace, developer, dora, rita, clock } = town
    const offered = await terms.amendments.propose({ workspace, developer, connector, title: 'A longer notice', body: 'Sixty days.', by: rita })
    const unsigned = await terms.inForceFor(workspace, connector, clock.now())
    clock.advance(DAY)
    await expect(terms.amendments.sign(workspace, offered.id, { ...signs(dora), sha256: 'f'.repeat(64) })).rejects.toMatchObject({
      code: 'terms/amendment-settled',
    })
    await terms.amendments.sign(workspace, offered.id, { ...signs(dora), sha256: offered.sha256 })

    expect(unsigned.amendments).toEqual([])
    expect(offered.sha256).toBe(sha256('A longer notice\n\nSixty days.'))
    const signed = (await town.ledger()).findLast(({ event }) => event === 'amendment.signed')
    expect(signed?.facts).toMatchObject({ sha256: offered.sha256, authorityAttested: true })
    expect((await terms.inForceFor(workspace, connector, clock.now())).amendments).toMatchObject([{ id: offered.id, signedBy: dora }])
    expect((await terms.inForceFor(workspace, connector, clock.now() - 1)).amendments).toEqual([])
    await expect(terms.inForceFor(workspace, connector, before)).rejects.toMatchObject({ code: 'request/not-found' })
    await expect(terms.amendments.withdraw(workspace, offered.id, rita)).rejects.toMatchObject({ code: 'terms/amendment-settled' })
    await expect(terms.amendments.get(workspace, 'amd_none')).rejects.toMatchObject({ code: 'request/not-found' })
    expect(await terms.amendments.of(workspace, 'dev_other' as DeveloperId)).toEqual([])
  })

  it('tells of each time what bound whoever had the connector then, also after it changed hands', async () => {
    await using town = await openPublishing(kind)
    const { connector } = await town.creates()
    const { terms, developers, workspace, developer, dora, rita, clock } = town
    const to = await developers.create({ workspace, name: 'Egret GmbH', country: 'DE', by: rita })
    const start = clock.now()
    const [heron] = await terms.acceptances(workspace, developer)
    const offered = await terms.amendments.propose({ workspace, developer, connector: null, title: 'Ours', body: 'Sixty days.', by: rita })
    await terms.amendments.sign(workspace, offered.id, { ...signs(dora), sha256: offered.sha256 })
    clock.advance(DAY)
    const egret = await town.accepts(rita, to)
    const asked = await developers.transfers.ask({ workspace, developer, kind: 'connector', connector, to, reason: 'sold', by: dora })
    await developers.transfers.accept(workspace, asked.id, rita)
    await developers.transfers.decide(workspace, asked.id, true, 'Approved in writing.', rita, false)
    // Asked for and taken back since, ever so often: that moves no owner.
    const { db } = town.storage
    const row = await db.selectFrom('transfers').selectAll().where('id', '=', asked.id).executeTakeFirstOrThrow()
    const over = { ...row, decision: null, decided_by: null, decided_at: null, ended_by: rita, ended_at: clock.now() }
    const taken = Array.from({ length: 200 }, () => ({ ...over, id: newId('trf', clock.now() + 1) }))
    await town.storage.write([write(db.insertInto('transfers').values(taken))])

    const before = await terms.inForceFor(workspace, connector, start)
    const after = await terms.inForceFor(workspace, connector, clock.now())
    const about = {
      workspace,
      connector: { id: connector, slug: 'heron', name: 'The Grey Heron' },
      developer: { id: to, name: 'Egret GmbH', country: 'DE' },
    }
    const { content, text } = await terms.agreement(about)

    expect(before).toMatchObject({ developer, amendments: [{ id: offered.id }] })
    expect(new Set(before.documents.map(({ by }) => by))).toEqual(new Set([heron?.id]))
    expect(after).toMatchObject({ developer: to, amendments: [] })
    expect(new Set(after.documents.map(({ by }) => by))).toEqual(new Set([egret.id]))
    expect(content).toMatchObject({
      owners: [
        { developer, until: rfc3339(clock.now()) },
        { developer: to, until: null },
      ],
      acceptances: [{ id: egret.id }],
      acceptancesOfFormerOwners: [{ id: heron?.id, developer, receiptSha256: sha256(heron?.receipt ?? '') }],
    })
    expect(text).not.toContain(dora)
  })

  it('leaves as one text whose digests can be recomputed, with every word that was agreed on', async () => {
    await using town = await openPublishing(kind)
    const { connector } = await town.creates()
    const { terms, workspace, developer } = town
    const about = {
      workspace,
      connector: { id: connector, slug: 'heron', name: 'The <Grey> Heron' },
      developer: { id: developer, name: 'Heron Ltd', country: 'IE' },
    }

    const { text, sha256: digest, content } = await terms.agreement(about)

    const told = JSON.parse(text) as {
      readonly inForce: readonly { readonly edition: string; readonly sha256: string }[]
      readonly documents: readonly { readonly id: string; readonly body: string; readonly sha256: string }[]
      readonly acceptances: readonly { readonly receipt: string; readonly receiptSha256: string }[]
    }
    expect(sha256(text)).toBe(digest)
    for (const { body, sha256: own } of told.documents) expect(sha256(body)).toBe(own)
    for (const { receipt, receiptSha256 } of told.acceptances) expect(sha256(receipt)).toBe(receiptSha256)
    expect(told.inForce.map(({ edition }) => edition).toSorted()).toEqual(told.documents.map(({ id }) => id).toSorted())
    const page = agreementPage({ text, sha256: digest, content })
    expect(page).toContain('The &lt;Grey&gt; Heron')
    expect(page).toContain(digest)
    expect(page).toContain('<h3>1. What this is about</h3>')
  })
})
