import { type AddressBytes, inRange } from './address.ts'
import { globalUnicast, nat64, type RangeKind, specialRanges } from './special-ranges.ts'

export type AddressClass = { readonly kind: 'public' } | { readonly kind: RangeKind; readonly what: string }

const PUBLIC: AddressClass = { kind: 'public' }

/**
 * Is this address on the public internet? Everything that is not global unicast is named and closed. IPv6 addresses that
 * carry an IPv4 address (mapped, NAT64, compatible, 6to4, Teredo, ISATAP) never reach further than the carried one would:
 * mapped and NAT64 are judged by it, the abandoned mechanisms are closed whatever they carry.
 */
export function classifyAddress(bytes: AddressBytes): AddressClass {
  for (const { range, kind, what } of specialRanges) {
    if (inRange(bytes, range)) return { kind, what: `${what} ${range.text}` }
  }
  if (bytes.length === 4) return PUBLIC
  if (inRange(bytes, nat64)) {
    const carried = classifyAddress(bytes.slice(12))
    return carried.kind === 'public' ? PUBLIC : { kind: 'embedded', what: `NAT64 of ${carried.what}` }
  }
  if (!inRange(bytes, globalUnicast)) return { kind: 'special', what: 'not global unicast' }
  if (isIsatap(bytes)) return { kind: 'embedded', what: 'ISATAP' }
  return PUBLIC
}

/** RFC 5214 section 6.1: the interface id is 0000:5efe or 0200:5efe, then an IPv4 address. */
function isIsatap(bytes: AddressBytes): boolean {
  return ((bytes[8] ?? 0) & 0xfd) === 0 && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe
}
