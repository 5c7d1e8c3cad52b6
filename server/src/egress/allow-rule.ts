import { type AddressBytes, type AddressRange, inRange, parseAddress, parseRange } from './address.ts'
import { classifyAddress } from './classify.ts'

/** An operator's decision to open something inside. The name is what `explain` and the logs show. */
export type AllowRule = {
  readonly name: string
  /** A host name (exact), an address, or a range such as `10.1.0.0/16`. */
  readonly host: string
  /** Absent: every port but the ones that browsers block too. */
  readonly ports?: readonly number[]
}

/** A rule in the form that is matched. Either `hostname` or `range` is set. */
export type CompiledRule = {
  readonly name: string
  readonly hostname: string | null
  readonly range: AddressRange | null
  readonly ports: ReadonlySet<number> | null
}

/**
 * Compiles an operator's rule.
 * @throws RangeError when the host is neither a name nor an address nor a range, or a port is not one
 */
export function compileRule(rule: AllowRule): CompiledRule {
  for (const port of rule.ports ?? []) {
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw new RangeError(`The rule "${rule.name}" names the port ${port}, which does not exist`)
  }
  const ports = rule.ports === undefined ? null : new Set(rule.ports)
  if (rule.host.includes('/') || parseAddress(rule.host) !== null) {
    return { name: rule.name, hostname: null, range: parseRange(rule.host), ports }
  }
  const parsed = URL.parse(`https://${rule.host}/`)
  if (parsed === null || parsed.host !== parsed.hostname || parsed.pathname !== '/' || parsed.username !== '' || /[*?#@:]/.test(rule.host)) {
    throw new RangeError(`The rule "${rule.name}" has the host "${rule.host}", which is not a name, an address or a range`)
  }
  // 127.1 or 0x7f000001 is an address in disguise; say so instead of matching a name that never resolves.
  if (parseAddress(parsed.hostname) !== null) throw new RangeError(`The rule "${rule.name}" spells an address oddly; write ${parsed.hostname}`)
  return { name: rule.name, hostname: bareName(parsed.hostname), range: null, ports }
}

/** A trailing dot names the same host (RFC 1034 section 3.1). */
export function bareName(hostname: string): string {
  return hostname.endsWith('.') ? hostname.slice(0, -1) : hostname
}

export function namesHost(rule: CompiledRule, hostname: string, port: number): boolean {
  return rule.hostname !== null && rule.hostname === bareName(hostname) && opensPort(rule, port)
}

/**
 * Does the rule open this address of that host? A rule by name opens loopback and private addresses only: whoever controls
 * the name could otherwise point it at a cloud's metadata service. To open anything else, name the address.
 */
export function opensAddress(rule: CompiledRule, hostname: string, port: number, address: AddressBytes): boolean {
  if (rule.range !== null) return inRange(address, rule.range) && opensPort(rule, port)
  if (!namesHost(rule, hostname, port)) return false
  const { kind } = classifyAddress(address)
  return kind === 'public' || kind === 'private' || kind === 'loopback'
}

function opensPort(rule: CompiledRule, port: number): boolean {
  return rule.ports === null ? !blockedPorts.has(port) : rule.ports.has(port)
}

/** Ports of other protocols, which a request could be made to speak (Fetch standard, section 2.9 "Port blocking"). */
export const blockedPorts: ReadonlySet<number> = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123,
  135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995,
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
])
