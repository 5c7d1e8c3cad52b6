import { clauses } from '@handfast/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { proves } from '../../test/proves.ts'
import { defaultPack, openPublishing, operator } from '../../test/publishing.ts'
import { controlIds } from '../assembly/index.ts'
import { DAY, type EditionId, sha256 } from '../lib/index.ts'
import { createTerms, type Edition, editionInForce, entityFor, loadPack, renderDocuments, shippedPacks } from './index.ts'

proves('terms/acceptance', 'terms/entity', 'terms/bundle', 'directory/acceptance-first')

function edition(id: string, effectiveAt: number): Edition {
  return { id: `edn_${id}` as EditionId, document: 'terms', label: id, body: id, sha256: id, effectiveAt }
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
        developer: { id: town.developer, country: 'IE' },
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

  it('is asked again for something new when the words change, while what runs goes on', async () => {
    await using town = await openPublishing(kind)
    await town.creates()
    const moved = { ...operator, elsewhere: { ...operator.elsewhere, address: '2 Market Square, Fennick' } }
    const terms = createTerms({ ...town, operator: moved, pack: defaultPack })

    await terms.publishShipped(town.workspace)
    await terms.publishShipped(town.workspace)
    town.clock.advance(DAY)
    const another = town.directory.create({
      workspace: town.workspace,
      developer: town.developer,
      slug: 'gull',
      kind: 'mcp',
      name: 'Gull',
      by: town.dora,
    })

    await expect(another).rejects.toMatchObject({ code: 'terms/not-accepted' })
    expect(await town.directory.bySlug(town.workspace, 'heron')).toMatchObject({ termsAccepted: true })
    expect((await terms.bundle(town.workspace)).map(({ label }) => label)).toEqual(['2026-11.2', '2026-11.1', '2026-11.1', '2026-11.1', '2026-11.1'])
  })
})
