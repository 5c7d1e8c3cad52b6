import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative } from 'node:path'
import { gzipSync } from 'node:zlib'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
}

type File = {
  readonly body: Buffer
  /** Made when somebody first asks for it; null where it is not worth it. */
  readonly zipped: (() => Buffer) | null
  readonly type: string
  readonly etag: string
  readonly lasting: boolean
}

function once<Made>(make: () => Made): () => Made {
  let made: Made | undefined
  return () => {
    made ??= make()
    return made
  }
}

/**
 * The built console, read into memory once: what is not in the list cannot be asked for, whatever a path says.
 * Every other path gets the page itself, which finds its own way.
 */
export class ConsoleFiles {
  readonly #files = new Map<string, File>()
  readonly #headers: Readonly<Record<string, string>>

  constructor(folder: string, headers: Readonly<Record<string, string>>) {
    this.#headers = headers
    if (!existsSync(folder)) return
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const type = types[extname(entry.name)]
      if (!entry.isFile() || type === undefined) continue
      const path = join(entry.parentPath, entry.name)
      const body = readFileSync(path)
      const zipped = body.length > 1_000 && /text|json|svg/.test(type) ? once(() => gzipSync(body)) : null
      const name = `/${relative(folder, path).replaceAll('\\', '/')}`
      this.#files.set(name, {
        body,
        zipped,
        type,
        etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
        lasting: name.startsWith('/assets/'),
      })
    }
  }

  get built(): boolean {
    return this.#files.has('/index.html')
  }

  handle(req: IncomingMessage, res: ServerResponse, path: string): void {
    const file = this.#files.get(path) ?? (path.startsWith('/assets/') ? undefined : this.#files.get('/index.html'))
    if (file === undefined || (req.method !== 'GET' && req.method !== 'HEAD')) {
      const text = file === undefined && !this.built ? 'The console is not built. Run: npm run console\n' : 'There is nothing here.\n'
      res.writeHead(404, { ...this.#headers, 'content-type': 'text/plain; charset=utf-8' }).end(text)
      return
    }
    const headers: Record<string, string> = {
      ...this.#headers,
      'content-type': file.type,
      etag: file.etag,
      vary: 'accept-encoding',
      // Built files carry a digest in their names; the page itself is asked for each time.
      'cache-control': file.lasting ? 'public, max-age=31536000, immutable' : 'no-cache',
    }
    if (req.headers['if-none-match'] === file.etag) return void res.writeHead(304, headers).end()
    const zip = file.zipped !== null && /\bgzip\b/.test(String(req.headers['accept-encoding'] ?? ''))
    const body = zip && file.zipped !== null ? file.zipped() : file.body
    if (zip) headers['content-encoding'] = 'gzip'
    res.writeHead(200, { ...headers, 'content-length': String(body.length) }).end(req.method === 'HEAD' ? undefined : body)
  }
}
