import { createHmac, randomBytes } from 'node:crypto'

/** As the specification writes secrets: so that they are recognised where they should not stand. */
const PREFIX = 'whsec_'

/** A fresh secret of 256 bits. */
export function newSecret(): string {
  return `${PREFIX}${randomBytes(32).toString('base64')}`
}

/**
 * The headers of one attempt (Standard Webhooks 1.0): who it is stays the same over all attempts, the time is that of this one, and there is a signature
 * for each secret in use, so that receivers can change theirs without missing anything.
 */
export function signedHeaders(id: string, at: number, body: string, secrets: readonly string[]): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1000))
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}
