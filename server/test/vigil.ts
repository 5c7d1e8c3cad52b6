import { Sealing } from '../src/sealing/index.ts'
import type { Storage } from '../src/storage/index.ts'
import { createLog, type Log } from '../src/telemetry/index.ts'
import { spellings } from './canaries.ts'

/** Shorter ones cannot be told from words. */
const SHORTEST = 12
/** What came out and is kept to be looked through, in characters; answers of many megabytes are cut. */
const LONGEST = 1_000_000

const secrets = new Map<string, readonly string[]>()
/** Where what an assistant is told was heard. */
export const ANSWER = 'an answer to an assistant'

let heard: { readonly where: string; readonly text: string }[] = []
let tables: readonly string[] | undefined

// Whatever goes into the vault, by whichever way, is sealed here. In tests alone somebody looks on.
const { seal } = Sealing.prototype
Sealing.prototype.seal = function (associated: string, plain: string): string {
  if (associated.startsWith('credential:')) for (const secret of secretsIn(plain)) secrets.set(secret, spellings(secret))
  return seal.call(this, associated, plain)
}

/** The most verbose log there is. What it says is kept, and looked through when the town that it belongs to ends. */
export function watchedLog(): Log {
  return createLog('trace', { write: (line) => hear('log', line) })
}

/** Something came out to somebody who talks to the house. */
export function hear(where: string, text: string): void {
  heard.push({ where, text: text.slice(0, LONGEST) })
}

/**
 * Looks for everything that this file's tests put into a vault: in this database as it lies there, in the log, and in every answer since the last time.
 * @param answersMay whether connectors of this town answer with the keys that they were given, to whoever gave them
 * @throws Error that names the places, without the secret
 */
export async function nothingLeaked({ db }: Storage, answersMay = false): Promise<void> {
  const said = heard.filter(({ where }) => !(answersMay && where === ANSWER))
  heard = []
  if (secrets.size === 0) return
  const found = said.filter(({ text }) => holdsSecret(text)).map(({ where }) => where)
  tables ??= (await db.introspection.getTables()).map(({ name }) => name)
  for (const table of tables) {
    const rows = await db
      .selectFrom(table as never)
      .selectAll()
      .execute()
    for (const row of rows as readonly Record<string, unknown>[])
      for (const [column, value] of Object.entries(row)) if (holdsSecret(asText(value))) found.push(`${table}.${column}`)
  }
  if (found.length > 0) throw new Error(`A secret of the vault was seen outside of it: ${[...new Set(found)].join(', ')}`)
}

function holdsSecret(text: string): boolean {
  if (text.length < SHORTEST) return false
  for (const needles of secrets.values()) if (needles.some((needle) => text.includes(needle))) return true
  return false
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return `${Buffer.from(value).toString('latin1')} ${Buffer.from(value).toString('hex')}`
  return value === null || value === undefined ? '' : String(value)
}

/** Tokens are kept as JSON, with their times and types; a key is kept as it is. */
function secretsIn(plain: string): readonly string[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(plain)
  } catch {
    return plain.length >= SHORTEST ? [plain] : []
  }
  if (typeof parsed !== 'object' || parsed === null) return plain.length >= SHORTEST ? [plain] : []
  return Object.entries(parsed).flatMap(([name, value]) =>
    typeof value === 'string' && /token|secret|password|key/i.test(name) && value.length >= SHORTEST ? [value] : [],
  )
}
