import type { IncomingMessage } from 'node:http'
import { Refusal } from '../../lib/index.ts'

export class BodyTooLargeError extends Refusal {
  override readonly name = 'BodyTooLargeError'
  readonly code = 'request/too-large'
  readonly status = 413
  readonly who = 'assistant'
  constructor(most: number) {
    super(`The request is larger than the ${most} bytes that are read here. Send less, or in parts.`)
  }
}

/**
 * The body as text, read up to a limit. Past it nothing more is kept, and the connection is closed after the answer.
 * @throws BodyTooLargeError
 */
export function readBody(req: IncomingMessage, most: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const declared = Number(req.headers['content-length'] ?? 0)
    if (declared > most) {
      req.resume()
      reject(new BodyTooLargeError(most))
      return
    }
    let first: Buffer | null = null
    let chunks: Buffer[] | null = null
    let size = 0
    req.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > most) {
        chunks = null
        first = null
        req.removeAllListeners('data')
        req.resume()
        reject(new BodyTooLargeError(most))
      } else if (first === null) first = chunk
      else if (chunks === null) chunks = [first, chunk]
      else chunks.push(chunk)
    })
    req.on('end', () => resolve(chunks !== null ? Buffer.concat(chunks).toString('utf8') : first !== null ? first.toString('utf8') : ''))
    req.on('error', reject)
  })
}
