import { readFileSync } from 'node:fs'
import { type EmbargoTable, embargoTable } from '@handfast/contract'
import { LineCounter, parseDocument } from 'yaml'
import { record } from '../../ledger/index.ts'
import { canonicalJson, newId, sha256, type UserId, type WorkspaceId } from '../../lib/index.ts'
import { type Write, write } from '../../storage/index.ts'
import type { DeveloperParts } from '../parts.ts'
import type { Match, Party } from './party.ts'
import { EmbargoTableInvalidError } from './party-errors.ts'

const MOST_BYTES = 256 * 1024

/** A table in force: what it says, its digest, and the date that it gives itself. */
export type TableInForce = { readonly table: EmbargoTable; readonly sha256: string; readonly date: string; readonly own: boolean }

/** Countries and regions as dated data: the table that ships, or the operator's own. */
export class Embargoes {
  readonly #parts: DeveloperParts
  #shipped: TableInForce | undefined

  constructor(parts: DeveloperParts) {
    this.#parts = parts
  }

  async inForce(workspace: WorkspaceId): Promise<TableInForce> {
    const query = this.#parts.storage.db.selectFrom('embargo_tables').selectAll().where('workspace_id', '=', workspace)
    const row = await query.orderBy('id', 'desc').limit(1).executeTakeFirst()
    if (row === undefined) return this.shipped()
    const table = readEmbargoTable(row.body)
    return { table, sha256: row.sha256, date: table.date, own: true }
  }

  shipped(): TableInForce {
    if (this.#shipped === undefined) {
      const text = readFileSync(
        new URL(import.meta.url.endsWith('.ts') ? '../documents/embargoes.yaml' : './documents/embargoes.yaml', import.meta.url),
        'utf8',
      )
      const table = readEmbargoTable(text)
      this.#shipped = { table, sha256: sha256(text), date: table.date, own: false }
    }
    return this.#shipped
  }

  /** The statements that put an operator's own table in force. @throws EmbargoTableInvalidError */
  setting(workspace: WorkspaceId, text: string, by: UserId, at: number): readonly Write[] {
    const { date, territories } = readEmbargoTable(text)
    const { db } = this.#parts.storage
    const digest = sha256(text)
    return [
      write(db.insertInto('embargo_tables').values({ id: newId('emb', at), workspace_id: workspace, sha256: digest, body: text, set_by: by, at })),
      record(db, { event: 'embargoes.set', workspace, subject: workspace, by, at, facts: { sha256: digest, date, territories: territories.length } }),
    ]
  }

  /** Territories of a table in which a party sits, at a time. A region that was not said for certain is looked at, and stops nobody. */
  touching({ table }: TableInForce, party: Party): readonly Match[] {
    const today = new Date(this.#parts.clock.now()).toISOString().slice(0, 10)
    return table.territories
      .filter(({ from, until }) => from <= today && (until === undefined || today < until))
      .flatMap((territory) => {
        const said = party.countries.includes(territory.code) || party.region === territory.code
        // The same digits are another place in another country.
        const inCountry = party.countries.includes(territory.code.slice(0, 2))
        const postcode = inCountry && (territory.postcodes ?? []).some((start) => hasPostcode(party.address ?? '', start))
        if (!said && !postcode) return []
        const answer = said && territory.kind === 'comprehensive' ? ('potential-match' as const) : ('review' as const)
        const facts = { country: 'agrees', address: postcode ? 'agrees' : 'unknown', birthYear: 'unknown', number: 'unknown' } as const
        // Of this territory alone: another line of the table asks nobody about this one again.
        const digest = sha256(canonicalJson({ ...territory, until: territory.until ?? null, postcodes: territory.postcodes ?? null }))
        return [{ source: 'embargoes', entry: territory.code, entrySha256: digest, answer, score: 1, listedName: territory.name, ...facts } as const]
      })
  }
}

function hasPostcode(address: string, start: string): boolean {
  return address.split(/[^0-9A-Za-z]+/).some((word) => word.length >= 4 && word.startsWith(start))
}

/** @throws EmbargoTableInvalidError with the place in the file */
function readEmbargoTable(text: string): EmbargoTable {
  if (Buffer.byteLength(text) > MOST_BYTES) throw new EmbargoTableInvalidError('', 'the file is larger than 256 KiB.')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, maxAliasCount: 0 } as Parameters<typeof parseDocument>[1])
  const [broken] = document.errors
  if (broken !== undefined) {
    const { line } = lines.linePos(broken.pos[0])
    throw new EmbargoTableInvalidError(`line ${line}`, broken.message.split('\n')[0] ?? 'it is no YAML.')
  }
  const read = embargoTable.safeParse(plainOf(document))
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw new EmbargoTableInvalidError(`/${(issue?.path ?? []).map(String).join('/')}`, issue?.message ?? 'it has another shape.')
}

function plainOf(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 })
  } catch {
    throw new EmbargoTableInvalidError('', 'it repeats itself by reference, which is not read.')
  }
}
