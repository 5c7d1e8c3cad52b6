import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Log } from '../telemetry/index.ts'
import type { PublicTerms } from '../terms/index.ts'

/** The public pages of the terms, for people without an account, without scripts, and on paper. */
export class TermsDoor {
  readonly #terms: PublicTerms
  readonly #log: Log
  readonly #headers: Readonly<Record<string, string>>

  constructor(terms: PublicTerms, log: Log, headers: Readonly<Record<string, string>>) {
    this.#terms = terms
    this.#log = log
    this.#headers = headers
  }

  /** False where the path is not one of ours. */
  handle(req: IncomingMessage, path: string, res: ServerResponse): boolean {
    if (path !== '/terms' && !path.startsWith('/terms/')) return false
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.writeHead(405, { ...this.#headers, allow: 'GET, HEAD' }).end()
      return true
    }
    const language = new URL(req.url ?? '/', 'http://localhost').searchParams.get('language')
    this.#terms.at(path, language).then(
      (answer) => {
        if (answer === undefined)
          return void res.writeHead(404, { ...this.#headers, 'content-type': 'text/plain; charset=utf-8' }).end('There is no such document here.\n')
        const { type, body, policy } = answer
        const own = {
          'content-type': type,
          'content-security-policy': policy,
          'cache-control': 'no-cache',
          'content-length': String(Buffer.byteLength(body)),
        }
        res.writeHead(200, { ...this.#headers, ...own }).end(req.method === 'HEAD' ? undefined : body)
      },
      (error) => {
        this.#log.error({ err: error }, 'the terms could not be served')
        if (!res.headersSent) res.writeHead(503, { ...this.#headers, 'content-type': 'text/plain; charset=utf-8' }).end('not now\n')
      },
    )
    return true
  }
}
