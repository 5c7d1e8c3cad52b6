import { type AddressRange, parseRange } from './address.ts'

/** Why a range is not the public internet. Only `loopback` and `private` can be opened by a name or by the development switch. */
export type RangeKind = 'loopback' | 'private' | 'link-local' | 'special' | 'embedded'

export type SpecialRange = { readonly range: AddressRange; readonly kind: RangeKind; readonly what: string }

/**
 * The IANA special-purpose registries (RFC 6890 and successors), read strictly: ranges that are technically reachable
 * but never serve an API (relay anycast, protocol assignments) are closed too. The first match decides.
 */
const table: readonly (readonly [text: string, kind: RangeKind, what: string])[] = [
  ['0.0.0.0/8', 'special', 'this network'],
  ['10.0.0.0/8', 'private', 'private'],
  ['100.64.0.0/10', 'private', 'shared with a carrier'],
  ['127.0.0.0/8', 'loopback', 'loopback'],
  // Looks public, yet every Azure machine answers its own secrets there.
  ['168.63.129.16/32', 'link-local', 'host agent of a cloud'],
  ['169.254.0.0/16', 'link-local', 'link-local'],
  ['172.16.0.0/12', 'private', 'private'],
  ['192.0.0.0/24', 'special', 'protocol assignments'],
  ['192.0.2.0/24', 'special', 'documentation'],
  ['192.31.196.0/24', 'special', 'AS112'],
  ['192.52.193.0/24', 'special', 'multicast tunnels'],
  ['192.88.99.0/24', 'special', '6to4 relay'],
  ['192.168.0.0/16', 'private', 'private'],
  ['192.175.48.0/24', 'special', 'AS112'],
  ['198.18.0.0/15', 'special', 'benchmarking'],
  ['198.51.100.0/24', 'special', 'documentation'],
  ['203.0.113.0/24', 'special', 'documentation'],
  ['224.0.0.0/4', 'special', 'multicast'],
  ['240.0.0.0/4', 'special', 'reserved'],
  ['::/128', 'special', 'unspecified'],
  ['::1/128', 'loopback', 'loopback'],
  ['::/96', 'embedded', 'IPv4-compatible'],
  ['64:ff9b:1::/48', 'embedded', 'local NAT64'],
  ['100::/64', 'special', 'discard'],
  ['2001::/32', 'embedded', 'Teredo'],
  ['2001::/23', 'special', 'protocol assignments'],
  ['2001:db8::/32', 'special', 'documentation'],
  ['2002::/16', 'embedded', '6to4'],
  ['2620:4f:8000::/48', 'special', 'AS112'],
  ['3fff::/20', 'special', 'documentation'],
  ['fc00::/7', 'private', 'unique local'],
  ['fe80::/10', 'link-local', 'link-local'],
  ['fec0::/10', 'special', 'site-local'],
  ['ff00::/8', 'special', 'multicast'],
]

export const specialRanges: readonly SpecialRange[] = table.map(([text, kind, what]) => ({ range: parseRange(text), kind, what }))

/** The only part of IPv6 that IANA has given out as global unicast (RFC 4291 section 2.4, RFC 3513). */
export const globalUnicast = parseRange('2000::/3')
/** Translates to the IPv4 address in its last 32 bits (RFC 6052). Machines without IPv4 see public hosts this way. */
export const nat64 = parseRange('64:ff9b::/96')
