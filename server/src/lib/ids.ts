import { randomFillSync } from 'node:crypto'

/** An identifier as it stands everywhere: a prefix that says what it names, and a UUIDv7 (RFC 9562 section 5.7) without dashes. */
export type Id<Prefix extends string> = `${Prefix}_${string}`
export type UserId = Id<'usr'>
export type WorkspaceId = Id<'wsp'>
export type AssistantId = Id<'ast'>
export type DeveloperId = Id<'dev'>
export type ConnectorId = Id<'con'>
export type ReleaseId = Id<'rel'>
export type EditionId = Id<'edn'>
export type CallId = Id<'call'>
export type TokenId = Id<'tok'>
export type ApprovalId = Id<'apr'>
export type GrantId = Id<'grt'>
export type DecisionId = Id<'dcn'>

const pool = Buffer.allocUnsafe(10 * 512)
let offset = pool.length
let lastMs = 0
let counter = 0

/** A fresh id. Ids made by one process sort by the time they were made, also within one millisecond. */
export function newId<Prefix extends string>(prefix: Prefix, now: number = Date.now()): Id<Prefix> {
  if (offset === pool.length) {
    randomFillSync(pool)
    offset = 0
  }
  if (now > lastMs) {
    lastMs = now
    counter = pool.readUInt16BE(offset) & 0x7ff
  } else counter++
  if (counter > 0xfff) {
    lastMs++
    counter = 0
  }
  const time = lastMs.toString(16).padStart(12, '0')
  const head = (0x7000 | counter).toString(16)
  const variant = (0x80 | ((pool[offset + 2] ?? 0) & 0x3f)).toString(16)
  const tail = pool.toString('hex', offset + 3, offset + 10)
  offset += 10
  return `${prefix}_${time}${head}${variant}${tail}`
}

/** An id from a clock that is further ahead than that is not followed: it is wrong, and would lead all that are made here. */
const FOLLOWED = 24 * 60 * 60_000

/** Has ids that are made from now on sort after one that was read: another process made it, and its clock may be ahead of this one's. */
export function sortAfter(id: Id<string>): void {
  const digits = id.slice(id.indexOf('_') + 1)
  const [ms, count] = [Number.parseInt(digits.slice(0, 12), 16), Number.parseInt(digits.slice(13, 16), 16)]
  if (ms > Math.max(lastMs, Date.now()) + FOLLOWED) return
  if (ms < lastMs || (ms === lastMs && count <= counter)) return
  lastMs = ms
  counter = count
}

/** True when the text has the shape of an id with this prefix; says nothing about whether the thing exists. */
export function isId<Prefix extends string>(prefix: Prefix, text: string): text is Id<Prefix> {
  return text.startsWith(`${prefix}_`) && /^[0-9a-f]{32}$/.test(text.slice(prefix.length + 1))
}
