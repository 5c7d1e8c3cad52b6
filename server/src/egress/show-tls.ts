import { connect, type TLSSocket } from 'node:tls'
import { bareName } from './allow-rule.ts'
import { RequestCancelledError, TimedOutError, UnreachableError } from './egress-errors.ts'

/** What the other side of a connection shows of itself. */
export type ShownTls = {
  /** Such as `TLSv1.3`. */
  readonly protocol: string | null
  readonly trusted: boolean
  /** Why it is not trusted, such as `CERT_HAS_EXPIRED`. */
  readonly problem: string | null
  readonly issuer: string | null
  /** End of the certificate, UTC milliseconds. */
  readonly validTo: number | null
}

/**
 * Shakes hands with a checked address and hangs up. A certificate that nobody vouches for is an answer here, since a review wants to say what is wrong
 * with it; nothing is sent over the connection.
 * @throws TimedOutError, RequestCancelledError, UnreachableError
 */
export function showTls(
  url: URL,
  address: string,
  options: { readonly timeoutMs: number; readonly authorities?: readonly string[]; readonly signal?: AbortSignal },
): Promise<ShownTls> {
  const { hostname, port } = url
  const servername = /^[\d.]+$|^\[/.test(hostname) ? undefined : bareName(hostname)
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address.replace(/^\[|\]$/g, ''),
      port: port === '' ? 443 : Number(port),
      ...(servername === undefined ? {} : { servername }),
      // Looked at, not trusted: the verdict is part of the answer.
      rejectUnauthorized: false,
      minVersion: 'TLSv1',
      ...(options.authorities === undefined ? {} : { ca: [...options.authorities] }),
    })
    const end = (settle: () => void) => {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', cancel)
      socket.destroy()
      settle()
    }
    const cancel = () => end(() => reject(new RequestCancelledError(false, options.signal?.reason)))
    const timer = setTimeout(() => end(() => reject(new TimedOutError(hostname, 'connect', false))), options.timeoutMs)
    options.signal?.addEventListener('abort', cancel, { once: true })
    socket.once('secureConnect', () => end(() => resolve(shownBy(socket))))
    socket.once('error', (error) => end(() => reject(new UnreachableError(hostname, 'connect', false, error))))
  })
}

function shownBy(socket: TLSSocket): ShownTls {
  const certificate = socket.getPeerCertificate()
  const end = Date.parse(certificate.valid_to ?? '')
  const issuer = certificate.issuer?.O ?? certificate.issuer?.CN
  return {
    protocol: socket.getProtocol(),
    trusted: socket.authorized,
    problem: socket.authorized ? null : String(socket.authorizationError),
    issuer: (Array.isArray(issuer) ? issuer[0] : issuer) ?? null,
    validTo: Number.isNaN(end) ? null : end,
  }
}
