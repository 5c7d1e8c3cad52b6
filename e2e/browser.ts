import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

/** Where distributions and Google put theirs. */
const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome-stable', '/usr/bin/google-chrome']

/** Nothing that changes what a page may do: under switches that turn off web security, tests of it would prove nothing. */
const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run', '--disable-component-update', '--disable-sync']

/** A real Chromium without a window: the machine's own, or the one that the dev dependency brings packed. */
export async function launchBrowser(): Promise<Browser> {
  const own = installed.find((path) => existsSync(path))
  if (own !== undefined) return chromium.launch({ executablePath: own, headless: true, args })
  const folder = await unpacked()
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] = value
  env['LD_LIBRARY_PATH'] = [join(folder, 'al2023', 'lib'), env['LD_LIBRARY_PATH']].filter((path) => path !== undefined).join(':')
  // A machine without any fonts gets those of the package, or text would have no size.
  if (!existsSync('/etc/fonts')) env['FONTCONFIG_PATH'] ??= join(folder, 'fonts')
  return chromium.launch({ executablePath: join(folder, 'chromium'), headless: true, args, env })
}

const UNPACK = `
import { inflate } from '@sparticuz/chromium'
const from = process.argv[1]
await Promise.all(['chromium.br', 'al2023.tar.br', 'fonts.tar.br'].map((name) => inflate(from + '/' + name)))
`

/**
 * Unpacks the packed Chromium once per version. It is unpacked beside its place and then moved there whole, since tests in several
 * processes may want it at the same moment and none may find half of it.
 */
async function unpacked(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const root = dirname(dirname(entry))
  const { version } = createRequire(import.meta.url)(join(root, 'package.json')) as { readonly version: string }
  const place = join(tmpdir(), `handfast-chromium-${version}`)
  if (existsSync(place)) return place
  const making = mkdtempSync(`${place}-`)
  try {
    // In a process of its own: the package unpacks into the folder for temporary files, whichever that is.
    const env = { ...process.env, TMPDIR: making }
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', UNPACK, join(root, 'bin')], { env, cwd: import.meta.dirname })
    renameSync(making, place)
  } catch (error) {
    rmSync(making, { recursive: true, force: true })
    // Another process was first.
    if (!existsSync(place)) throw error
  }
  return place
}
