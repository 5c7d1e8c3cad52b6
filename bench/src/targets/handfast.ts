import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ensureServer } from '../../../scripts/build-server.ts'
import { freePort, start, targetEnvironment } from '../process.ts'
import type { Site, Started } from '../servers.ts'

const COMMAND = fileURLToPath(new URL('../../../server/src/cli/main.ts', import.meta.url))

/** Runs one `handfast` command and reads its JSON. @throws Error with what it printed when it does not end well */
async function handfast(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, ...args, '--json'], { env: targetEnvironment(env), timeout: 240_000 })
    return JSON.parse(stdout)
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    // Of a fault the line that names it is enough; the frames below it would only hide it.
    const words = /^\w*Error\b.*$/m.exec(said)?.[0] ?? (said === '' ? String(error) : said)
    throw new Error(`handfast ${args.join(' ')}: ${words.slice(0, 400)}`, { cause: error })
  }
}

const email = 'operator@example.org'
const about = { description: 'Answers what it was sent.', ownsApi: true, receives: ['whatever is sent'], privacyNotice: 'It keeps nothing.' }

/** What a house is told before it opens: its connectors, published and enabled. */
function platform(manifests: readonly object[]): object {
  return {
    operator: { email, name: 'Operator' },
    developer: { name: 'Bench', country: 'IE', acceptTerms: true },
    connectors: manifests.map((manifest) => ({ manifest: { ...manifest, ...about }, enableFor: [email] })),
  }
}

/** The echo as a connector of both kinds. */
const bothKinds = ({ upstream }: Site): readonly object[] => [
  { slug: 'echo', kind: 'mcp', name: 'Echo', url: `${upstream}/mcp` },
  { slug: 'echoapi', kind: 'openapi', name: 'Echo API', url: upstream, document: `${upstream}/openapi.json` },
]

/**
 * Starts the product as whoever hosts it would: a fresh data folder, one declaration, an access token, `handfast serve`, and no other settings
 * than where to listen and that the echo server on the loopback address may be reached. @throws Error when a step of the setup is refused
 */
export async function startHandfast(site: Site): Promise<Started> {
  const { origin, token, metricsPort, served } = await openHouse(site, 'handfast', bothKinds(site))
  const common = { url: `${origin}/mcp`, headers: { authorization: `Bearer ${token}` } }
  return {
    process: served,
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
    rows: [
      { name: 'handfast-modern', address: { ...common, era: 'modern', tool: 'echo_echo', shape: 'text' } },
      { name: 'handfast-legacy', address: { ...common, era: 'legacy', tool: 'echo_echo', shape: 'text' } },
      { name: 'handfast-openapi', address: { ...common, era: 'modern', tool: 'echoapi_echo', shape: 'json' } },
    ],
  }
}

/** A house with these connectors, in a folder of its own. */
export async function openHouse(site: Site, name: string, manifests: readonly object[]) {
  const data = join(site.folder, name)
  mkdirSync(data, { recursive: true })
  const [port, metricsPort] = [await freePort(), await freePort()]
  const origin = `http://127.0.0.1:${port}`
  const env = {
    HANDFAST_DATA: data,
    HANDFAST_PORT: String(port),
    HANDFAST_PUBLIC_URL: origin,
    HANDFAST_METRICS_PORT: String(metricsPort),
    HANDFAST_ALLOW_INTERNAL: `echo=${new URL(site.upstream).host}`,
  }
  const declaration = join(data, '..', `${name}-platform.yaml`)
  // JSON is YAML too, and needs no writer of its own.
  writeFileSync(declaration, JSON.stringify(platform(manifests), null, 2))
  await handfast(['apply', '-f', declaration], env)
  const { token } = await handfast(['token', 'create'], env)

  // What `npm start` runs, with its flags (launch.mjs), but without the launcher's own process, which is not what is measured.
  const served = start([process.execPath, '--max-semi-space-size=8', await ensureServer(), 'serve'], {
    name,
    folder: site.folder,
    core: site.pinning?.target ?? null,
    env: { ...env, MALLOC_ARENA_MAX: '2' },
  })
  return { origin, token: String(token), metricsPort, served }
}
