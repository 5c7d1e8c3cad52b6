import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createProxyServer } from 'http-proxy-3'
import { localCertificate, testKey } from '../server/test/certificates.ts'

/** A proxy that speaks TLS in front of a Handfast which is not started yet: its public address has to be known first. */
export type TlsProxy = AsyncDisposable & {
  readonly name: string
  /** The origin that people and assistants use. */
  readonly url: string
  /** The port of this machine that it passes everything on to. */
  readonly upstreamPort: number
  /** Who signed its certificate, in PEM. */
  readonly authority: string
}

/** Those that this machine has: always the one of the dev dependencies, and Caddy with the example under deploy/ where it is installed. */
export const tlsProxies: readonly { readonly name: string; open(): Promise<TlsProxy> }[] = [
  { name: 'a proxy on Node', open: openNodeProxy },
  ...(hasCaddy() ? [{ name: 'Caddy', open: openCaddy }] : []),
]

async function openNodeProxy(): Promise<TlsProxy> {
  const [port, upstreamPort] = [await freePort(), await freePort()]
  const proxy = createProxyServer({
    target: `http://127.0.0.1:${upstreamPort}`,
    ssl: { key: testKey, cert: localCertificate },
    xfwd: true,
  })
  proxy.on('error', (_error, _request, response) => {
    if ('writeHead' in response && !response.headersSent) response.writeHead(502)
    response.end()
  })
  proxy.listen(port, '127.0.0.1')
  await untilOpen(port)
  return {
    name: 'a proxy on Node',
    url: `https://localhost:${port}`,
    upstreamPort,
    authority: localCertificate,
    [Symbol.asyncDispose]: async () => proxy.close(),
  }
}

/** Runs the example as it is; around it only what keeps two of them on one machine apart. */
async function openCaddy(): Promise<TlsProxy> {
  const [port, upstreamPort] = [await freePort(), await freePort()]
  const folder = mkdtempSync(join(tmpdir(), 'handfast-caddy-'))
  const file = join(folder, 'Caddyfile')
  const example = resolve(import.meta.dirname, '../deploy/Caddyfile')
  writeFileSync(file, `{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n}\nimport ${example}\n`)
  const url = `https://localhost:${port}`
  const env = {
    ...process.env,
    HOME: folder,
    XDG_DATA_HOME: folder,
    XDG_CONFIG_HOME: folder,
    HANDFAST_PUBLIC_URL: url,
    HANDFAST_UPSTREAM: `127.0.0.1:${upstreamPort}`,
  }
  const child: ChildProcess = spawn('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], { env, stdio: 'ignore' })
  await untilOpen(port)
  return {
    name: 'Caddy',
    url,
    upstreamPort,
    authority: readFileSync(join(folder, 'caddy/pki/authorities/local/root.crt'), 'utf8'),
    [Symbol.asyncDispose]: async () => {
      const ended = new Promise((done) => child.once('exit', done))
      child.kill()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function hasCaddy(): boolean {
  try {
    execFileSync('caddy', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  await new Promise((done) => server.close(done))
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}

/** Until somebody listens there: a child says so in no other way. */
async function untilOpen(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const open = await new Promise<boolean>((done) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => {
        socket.destroy()
        done(true)
      })
      socket.once('error', () => done(false))
    })
    if (open) return
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error(`nobody listens on port ${port}`)
}
