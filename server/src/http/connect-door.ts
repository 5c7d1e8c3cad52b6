import type { ServerResponse } from 'node:http'
import type { Links } from '../links/index.ts'
import { clientDocument } from '../oauth-client/index.ts'

/** How long authorization servers may keep what they read here, in seconds. */
const KEPT_FOR = 3_600
const JWKS = '/connect/jwks.json'

/** What other servers read about this installation as their client: its description and its public keys. Everything else under `/connect` is a page. */
export class ConnectDoor {
  readonly #links: Pick<Links, 'publicKeys'>
  readonly #about: { readonly publicUrl: string; readonly name: string }

  constructor(links: Pick<Links, 'publicKeys'>, about: { readonly publicUrl: string; readonly name: string }) {
    this.#links = links
    this.#about = about
  }

  /** False where the path is not one of ours. */
  handle(method: string | undefined, path: string, res: ServerResponse): boolean {
    if (!path.startsWith('/connect/') || !path.endsWith('.json')) return false
    if (method !== 'GET' && method !== 'HEAD') res.writeHead(405, { allow: 'GET, HEAD' }).end()
    else if (path === JWKS)
      this.#links.publicKeys().then(
        (keys) => sendJson(res, keys),
        () => res.writeHead(503).end(),
      )
    else {
      const document = clientDocument(path, this.#about)
      if (document === null) res.writeHead(404).end()
      else sendJson(res, document)
    }
    return true
  }
}

function sendJson(res: ServerResponse, body: unknown): void {
  const text = JSON.stringify(body)
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': `public, max-age=${KEPT_FOR}`,
    'x-content-type-options': 'nosniff',
  }
  res.writeHead(200, headers).end(text)
}
