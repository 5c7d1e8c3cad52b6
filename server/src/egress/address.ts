import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** An address as the kernel sees it: 4 or 16 bytes, most significant first. Text has too many spellings to be judged. */
export type AddressBytes = readonly number[]
export type AddressRange = { readonly bytes: AddressBytes; readonly bits: number; readonly text: string }

/**
 * Reads an address in the strict spelling of a resolver (`10.0.0.1`, `2001:db8::1`, `::ffff:10.0.0.1`, with or without
 * brackets). An IPv4-mapped address comes back as its 4 bytes, because that host is what the kernel would dial (RFC 4291
 * section 2.5.5.2). Null means: not an address. Zone ids are refused, they only exist for link-local addresses.
 */
export function parseAddress(text: string): AddressBytes | null {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  if (isIP(bare) === 0 || bare.includes('%')) return null
  const bytes = ipaddr.parse(bare).toByteArray()
  return isMapped(bytes) ? bytes.slice(12) : bytes
}

function isMapped(bytes: AddressBytes): boolean {
  return bytes.length === 16 && bytes[10] === 0xff && bytes[11] === 0xff && bytes.slice(0, 10).every((byte) => byte === 0)
}

/**
 * Reads `10.1.0.0/16`, `fd00::/8` or a single address. Bits of the host part are ignored.
 * @throws RangeError when the text is neither
 */
export function parseRange(text: string): AddressRange {
  const [address = '', length, ...rest] = text.split('/')
  const bytes = parseAddress(address)
  if (bytes === null || rest.length > 0) throw new RangeError(`"${text}" is not an address or a range of addresses`)
  if (length === undefined) return { bytes, bits: bytes.length * 8, text }
  // A mapped range would silently become a much wider IPv4 range.
  const wide = bytes.length * 8
  if (!/^\d{1,3}$/.test(length) || Number(length) > wide || (bytes.length === 4 && address.includes(':'))) {
    throw new RangeError(`"${text}" does not end in a prefix length from 0 to ${wide}`)
  }
  return { bytes, bits: Number(length), text }
}

/** IPv4 addresses are only in IPv4 ranges, and the other way around. */
export function inRange(address: AddressBytes, range: AddressRange): boolean {
  if (address.length !== range.bytes.length) return false
  const whole = range.bits >> 3
  for (let i = 0; i < whole; i++) if (address[i] !== range.bytes[i]) return false
  const rest = range.bits & 7
  if (rest === 0) return true
  const mask = (0xff << (8 - rest)) & 0xff
  return ((address[whole] ?? 0) & mask) === ((range.bytes[whole] ?? 0) & mask)
}
