import { clauses } from '@handfast/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { proves } from '../../test/proves.ts'
import { defaultPack, openPublishing, operator } from '../../test/publishing.ts'
import { controlIds } from '../assembly/index.ts'
import { DAY, type EditionId, sha256 } from '../lib/index.ts'
import { type Edition, editionInForce, entityFor, loadPack, renderDocuments, shippedPacks } from './index.ts'

proves('terms/acceptance', 'terms/entity', 'terms/bundle', 'directory/acceptance-first')

const moved = { ...operator, elsewhere: { ...operator.elsewhere, address: '2 Market Square, Fennick' } }

function edition(id: string, effectiveAt: number): Edition {
  const words = { document: 'terms', label: id, title: id, language: 'en', body: id, sha256: id }
  return { ...words, id: `edn_${id}` as EditionId, effectiveAt, withdrawnAt: null }
}

describe('the edition in force', () => {
  it('is the latest that has taken effect, in whatever order they are kept', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 50 }), { maxLength: 8 }), fc.nat({ max: 60 }), (times, now) => {
        const inForce = editionInForce(
          times.map((time) => edition(String(time), time)),
          now,
        )
        const taken = times.filter((time) => time <= now)
        expect(inForce?.effectiveAt).toBe(taken.length === 0 ? undefined : Math.max(...taken))
      }),
    )
  })
})

describe('the documents that ship', () => {
  it.each(shippedPacks)('in the pack %s leave no slot open, have every clause and are digested as they are shown', (name) => {
    const documents = renderDocuments(loadPack(name, controlIds), operator)

    const all = documents.map(({ text }) => text.body).join('\n')
    for (const { text } of documents) {
      expect(text.body).not.toMatch(/\{\{|\}\}/)
      expect(text.sha256).toBe(sha256(text.body))
    }
    for (const id of Object.keys(clauses)) expect(all.split(`(${id})`).length - 1, id).toBe(1)
    for (const detail of [operator.europe.name, operator.elsewhere.address, operator.europe.law, operator.noticesTo]) expect(all).toContain(detail)
  })

  it('show a detail that the operator has not stated as a gap', () => {
    const nobody = { name: 'Somebody', address: '', law: '' }

    const [terms] = renderDocuments(defaultPack, { europe: nobody, elsewhere: nobody })

    expect(terms?.text.body).toContain('(not stated by the operator)')
  })

  it('name the contracting entity by the country of the developer', () => {
    expect([entityFor(operator, 'IE'), entityFor(operator, 'ch'), entityFor(operator, 'US'), entityFor(operator, 'GB')]).toEqual([
      operator.europe,
      operator.europe,
      operator.elsewhere,
      operator.elsewhere,
    ])
  })
})

describe.each(databases)('accepting terms on $name', (kind) => {
  it('keeps who accepted which exact words, for whom and from where', async () => {
    await using town = await openPublishing(kind)

    const receipt = await town.accepts()

    const bundle = await town.terms.bundle(town.workspace)
    expect(receipt).toMatchObject({ by: town.dora, developer: town.developer, entity: operator.europe.name, address: '203.0.113.7' })
    expect(receipt.documents).toEqual(bundle.map(({ document, id, sha256: digest }) => ({ document, edition: id, sha256: digest })))
    expect(await town.terms.acceptances(town.workspace, town.developer)).toEqual([receipt])
    const entry = (await town.ledger()).at(-1)
    expect(entry).toMatchObject({ event: 'terms.accepted', facts: { documents: receipt.documents, developer: town.developer } })
    expect(JSON.stringify(entry)).not.toContain('203.0.113.7')
  })

  it('asks for the attestation of authority, and for every document of the bundle', async () => {
    await using town = await openPublishing(kind)
    const bundle = await town.terms.bundle(town.workspace)
    const documents = Object.fromEntries(bundle.map((one) => [one.document, one.sha256]))
    const accept = (change: object) =>
      town.terms.accept({
        workspace: town.workspace,
        developer: { id: town.developer, name: 'Heron Ltd', country: 'IE' },
        by: town.dora,
        documents,
        onBehalfOf: null,
        authorityAttested: true,
        address: '203.0.113.7',
        ...change,
      })

    await expect(accept({ authorityAttested: false })).rejects.toMatchObject({ code: 'terms/authority', pointer: '/authorityAttested' })
    await expect(accept({ documents: { terms: documents['terms'] } })).rejects.toMatchObject({ code: 'terms/not-current' })
    await expect(accept({ documents: { ...documents, more: documents['terms'] } })).rejects.toMatchObject({ code: 'terms/not-current' })
    expect(await town.terms.hasAccepted(town.workspace, town.developer)).toBe(false)
  })

  it('gives a receipt that says all of it, whose digest the ledger holds', async () => {
    await using town = await openPublishing(kind)

    const given = await town.accepts()

    const text = await town.terms.receiptOf(await town.terms.acceptance(town.workspace, given.id))
    const bundle = await town.terms.bundle(town.workspace)
    expect(JSON.parse(text)).toMatchObject({
      kind: 'handfast.acceptance',
      acceptance: given.id,
      by: town.dora,
      developer: { id: town.developer, name: 'Heron Ltd', country: 'IE' },
      entity: { name: operator.europe.name, address: operator.europe.address },
      address: '203.0.113.7',
      documents: bundle.map(({ document, label, sha256: digest }) => expect.objectContaining({ document, label, sha256: digest })),
    })
    expect((await town.ledger()).at(-1)).toMatchObject({ event: 'terms.accepted', facts: { receipt: sha256(text) } })
    await expect(town.terms.acceptance(town.workspace, 'acc_none')).rejects.toMatchObject({ code: 'request/not-found' })
  })

  it('is of other words at once while nobody agreed to the ones before', async () => {
    await using town = await openPublishing(kind)

    await town.termsOf(moved).publishShipped(town.workspace)

    expect((await town.terms.bundle(town.workspace)).find(({ document }) => document === 'terms')).toMatchObject({ label: '2026-11.2' })
    expect(await town.terms.changes.list(town.workspace)).toEqual([])
  })

  it('is never changed by a restart once somebody agreed: other words become drafts, once, and the operator is told', async () => {
    await using town = await openPublishing(kind)
    await town.creates()
    const before = await town.terms.bundle(town.workspace)
    const terms = town.termsOf(moved)

    await Promise.all([terms.publishShipped(town.workspace), terms.publishShipped(town.workspace)])
    await terms.publishShipped(town.workspace)

    expect(await terms.bundle(town.workspace)).toEqual(before)
    const changes = await terms.changes.list(town.workspace)
    expect(changes).toMatchObject([{ document: 'terms', draftedBy: 'system', postedAt: null, base: before[0]?.sha256 }])
    const { text } = await terms.changes.get(town.workspace, changes[0]?.id ?? '')
    expect(text.body).toContain('2 Market Square, Fennick')
    expect(await town.storage.db.selectFrom('notices').select('subject').where('kind', '=', 'terms.drafted').execute()).toEqual([
      { subject: changes[0]?.id },
    ])
    expect(await town.directory.bySlug(town.workspace, 'heron')).toMatchObject({ termsAccepted: true })
  })

  it('leaves to an operator what they put in the place of the pack, and takes drafts back that the pack does not say any more', async () => {
    await using town = await openPublishing(kind)
    await town.creates()
    const { terms, workspace, rita } = town
    const drafts = async () => (await terms.changes.list(workspace)).filter((one) => one.postedAt === null && one.withdrawnAt === null)
    const [old] = await terms.bundle(workspace)
    if (old === undefined) throw new Error('there are no terms')
    await town.termsOf(moved).publishShipped(workspace)
    await terms.publishShipped(workspace)
    const none = await drafts()
    await town.termsOf(moved).publishShipped(workspace)
    const again = await drafts()
    await terms.publishShipped(workspace)

    const own = { ...old, body: `${old.body}\nAs Rita says.\n`, workspace, class: 'other', justification: 'ours', by: rita } as const
    const id = await terms.changes.draft(own)
    await terms.changes.post(workspace, id, rita, { sha256: sha256(own.body) })
    await terms.publishShipped(workspace)

    expect([none.length, again.length]).toEqual([0, 1])
    expect(await drafts()).toEqual([])
    await town.termsOf(moved).publishShipped(workspace)
    expect(await drafts()).toMatchObject([{ draftedBy: 'system', base: sha256(own.body) }])

    // Newest first: ids of these drafts, unlike those of a person's, do not begin with their time.
    town.clock.advance(DAY)
    const later = await terms.changes.draft({ ...old, body: `${old.body}\nLater.\n`, workspace, by: rita })
    const all = await terms.changes.list(workspace)
    const times = all.map(({ postedAt, draftedAt }) => postedAt ?? draftedAt)
    const pages: string[] = []
    for (let before: string | null = null; ; ) {
      const [one] = await terms.changes.page(workspace, { before, limit: 1, posted: false })
      if (one === undefined) break
      pages.push(one.id)
      before = one.id
    }
    expect(all[0]?.id).toBe(later)
    expect(times).toEqual(times.toSorted((a, b) => b - a))
    expect(pages).toEqual(all.map((one) => one.id))
  })

  it('is asked for again, of the new words, before something new is made once they are in force', async () => {
    await using town = await openPublishing(kind)
    await town.creates()
    const terms = town.termsOf(moved)
    await terms.publishShipped(town.workspace)
    const [draft] = await terms.changes.list(town.workspace)
    if (draft === undefined) throw new Error('there is no draft')
    await terms.changes.revise(town.workspace, draft.id, town.rita, { class: 'other', justification: 'we moved' })
    await terms.changes.post(town.workspace, draft.id, town.rita, { sha256: draft.text.sha256 })
    const makes = () =>
      town.directory.create({ workspace: town.workspace, developer: town.developer, slug: 'gull', kind: 'mcp', name: 'Gull', by: town.dora })

    await expect(makes()).rejects.toMatchObject({ code: 'terms/not-accepted' })
    await town.accepts()
    await makes()
  })
})
