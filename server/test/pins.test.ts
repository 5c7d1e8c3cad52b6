import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { codes, ledgerEvents, termsPack } from '@handfast/contract'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { withControls } from '../../scripts/pack-controls.ts'
import { collectProofs } from '../../scripts/proofs.ts'
import { allControls } from '../src/assembly/index.ts'
import { readSource } from './read-source.ts'

const sources = join(import.meta.dirname, '../src')
const strings = new Set(
  readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .flatMap((path) => readSource(readFileSync(join(sources, path), 'utf8')).strings),
)

// A pin turns red when the outside view changes. Was that on purpose? Then: npm test -- server/test/pins.test.ts --update
describe('what programs outside rely on', () => {
  it('keeps its refusal codes', async () => {
    await expect(`${Object.keys(codes).toSorted().join('\n')}\n`).toMatchFileSnapshot('pins/codes.txt')
  })

  it('keeps the events of the ledger', async () => {
    await expect(`${Object.keys(ledgerEvents).toSorted().join('\n')}\n`).toMatchFileSnapshot('pins/events.txt')
  })

  it('has no refusal code that nothing in the server says', () => {
    expect(Object.keys(codes).filter((code) => !strings.has(code))).toEqual([])
  })

  it('says no refusal code that is not in the list', () => {
    const rooms = new Set(Object.keys(codes).map((code) => code.split('/')[0]))
    const alike = [...strings].filter((text) => /^[a-z]+\/[a-z]+(?:-[a-z]+)*$/.test(text) && rooms.has(text.split('/')[0]))

    // Controls have names of the same form.
    const controls = new Set<string>(allControls.map(({ id }) => id))
    expect(alike.filter((text) => !(text in codes) && !controls.has(text))).toEqual([])
  })

  it('has no ledger event that nothing in the server records', () => {
    expect(Object.keys(ledgerEvents).filter((event) => !strings.has(event))).toEqual([])
  })
})

describe('what travels with the terms', () => {
  const packs = join(sources, 'terms/packs')

  it('says which tests prove each control', async () => {
    await expect(`${JSON.stringify(collectProofs(), null, 2)}\n`).toMatchFileSnapshot(join(packs, 'proofs.json'))
  })

  it('lists under each clause of the default pack the controls that keep it', async () => {
    const file = join(packs, 'default.yaml')
    await expect(withControls(readFileSync(file, 'utf8'), allControls)).toMatchFileSnapshot(file)
  })

  it('has a schema for packs that others write', async () => {
    const schema = z.toJSONSchema(termsPack, { io: 'input' })
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(join(packs, 'terms-pack.schema.json'))
  })
})
