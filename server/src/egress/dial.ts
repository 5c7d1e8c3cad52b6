import { checkServerIdentity, type PeerCertificate } from 'node:tls'
import buildConnector from 'undici/lib/core/connect.js'
import Pool from 'undici/lib/dispatcher/pool.js'
import { bareName } from './allow-rule.ts'
import { MAX_HEADER_BYTES } from './exchange-error.ts'

export type DialOptions = {
  /** For one connection attempt, TLS included. */
  readonly connectMs: number
  readonly connections: number
  /** Certificate authorities of the operator, in PEM, beside the ones of the runtime. */
  readonly authorities?: readonly string[]
}

/**
 * Connections of one origin to one checked address. The socket is opened to that address and nothing is looked up again;
 * name indication, certificate check and `Host` stay with the name. Proxy variables and `NODE_TLS_REJECT_UNAUTHORIZED`
 * have no effect here. HTTP/1.1 only: one connection serves one name, so nothing can be coalesced across names.
 */
export function openPool(origin: string, address: string, options: DialOptions): Pool {
  const { authorities } = options
  const connect = buildConnector({
    allowH2: false,
    autoSelectFamily: false,
    timeout: options.connectMs,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    checkServerIdentity: checkIdentity,
    ...(authorities === undefined ? {} : { ca: [...authorities] }),
  })
  const { hostname } = new URL(origin)
  // Certificates and name indication know no trailing dot (RFC 6066 section 3).
  const named = hostname.endsWith('.') ? { servername: bareName(hostname) } : {}
  return new Pool(origin, {
    allowH2: false,
    useMilo: false,
    connections: options.connections,
    pipelining: 1,
    keepAliveTimeout: 10_000,
    keepAliveMaxTimeout: 60_000,
    maxHeaderSize: MAX_HEADER_BYTES,
    connect: (target, callback) => connect({ ...target, hostname: address, ...named }, callback),
  })
}

/** Node falls back to the common name where a certificate lists no names; nobody may (RFC 9525 section 6.3). */
function checkIdentity(host: string, certificate: PeerCertificate): Error | undefined {
  if (certificate.subjectaltname !== undefined) return checkServerIdentity(host, certificate)
  return Object.assign(new Error('the certificate lists no names'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
}
