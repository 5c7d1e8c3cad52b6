import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lockedPackages } from './lockfile.ts'
import { pack } from './pack.ts'

const run = promisify(execFile)
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
const folder = mkdtempSync(join(tmpdir(), 'handfast-pack-'))
const home = join(folder, 'home')
const installed = join(home, 'node_modules/handfast')

/** Settings of whoever runs the tests stay out. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HANDFAST_') && !name.startsWith('npm_')))

beforeAll(async () => {
  const built = await pack(join(folder, 'built'))
  const { stdout } = await run(npm, ['pack', '--silent', '--pack-destination', folder], { cwd: built, env: environment })
  mkdirSync(home)
  writeFileSync(join(home, 'package.json'), '{ "name": "home", "private": true }\n')
  const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--silent']
  await run(npm, ['install', ...options, join(folder, stdout.trim())], { cwd: home, env: environment })
}, 300_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function stopped(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode
  child.kill('SIGTERM')
  const [code] = (await once(child, 'exit')) as [number | null]
  return code
}

describe('the package that people install', () => {
  it('holds what it needs and no sources', () => {
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter((path) => !path.startsWith('node_modules'))

    expect(files.filter((path) => path.endsWith('.ts') || path.includes('.test.'))).toEqual([])
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'bin/handfast.mjs', 'lib/main.js', 'lib/console/index.html']))
  })

  it('brings the dependencies at the versions that were tested', () => {
    const packages = readdirSync(join(home, 'node_modules'), { recursive: true, encoding: 'utf8' })
      .filter((path) => /(?:^|node_modules[\\/])(?:@[^\\/]+[\\/])?[^\\/@.]+[\\/]package\.json$/.test(path) && !path.startsWith('handfast/package'))
      .map((path) => JSON.parse(readFileSync(join(home, 'node_modules', path), 'utf8')) as { name: string; version: string })
    const differing = packages.filter(
      ({ name, version }) => ![...lockedPackages()].some(([place, locked]) => place.endsWith(`node_modules/${name}`) && locked.version === version),
    )

    expect(packages.length).toBeGreaterThan(50)
    expect(differing.map(({ name, version }) => `${name} ${version}`)).toEqual([])
  })

  it('runs: handfast serve answers, shows the console, and stops when told', async () => {
    const args = ['serve', '--json', '--port', '0', '--metrics-port', '0', '--data', join(home, 'data')]
    const server = spawn(process.execPath, [join(installed, 'bin/handfast.mjs'), ...args], {
      cwd: home,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let errors = ''
    server.stderr.on('data', (text) => {
      errors += text
    })
    try {
      let said = ''
      for await (const text of server.stdout) {
        said += text
        if (said.trimEnd().endsWith('}')) break
      }
      expect(said, errors).not.toBe('')
      const { url } = JSON.parse(said) as { url: string }

      const health = await fetch(`${url}/healthz`)
      const page = await fetch(url)

      expect(await health.text()).toBe('ok\n')
      expect(await page.text()).toContain('<title>Handfast</title>')
    } finally {
      expect(await stopped(server), errors).toBe(0)
    }
  })

  it('finds the files of its threads', async () => {
    const document = join(home, 'api.yaml')
    writeFileSync(document, 'openapi: 3.1.0\ninfo: { title: A, version: "1" }\nservers: [{ url: https://api.example }]\npaths: {}\n')

    const { stdout } = await run(process.execPath, [join(installed, 'bin/handfast.mjs'), 'openapi', 'inspect', document, '--json'], {
      env: environment,
    })

    expect(JSON.parse(stdout)).toMatchObject({ operations: [] })
  })

  it('says what keeps the clauses of the terms, without its tests and without a server', async () => {
    const { stdout } = await run(process.execPath, [join(installed, 'bin/handfast.mjs'), 'terms', 'coverage', '--json'], { env: environment })

    const { clauses, problems } = JSON.parse(stdout) as { clauses: { id: string; state: string; tests: string[] }[]; problems: string[] }
    expect(problems).toEqual([])
    expect(clauses.find(({ id }) => id === '1-choice')).toMatchObject({ state: 'covered', tests: expect.arrayContaining([expect.any(String)]) })
  })

  it('refuses a Node that is too old in one sentence, with the command that helps', async () => {
    const old = join(folder, 'old')
    cpSync(join(installed, 'bin'), join(old, 'bin'), { recursive: true })
    mkdirSync(join(old, 'lib'))
    writeFileSync(join(old, 'lib/main.js'), '')
    const pretend = `Object.defineProperty(process.versions, 'node', { value: '20.20.2' }); await import(${JSON.stringify(join(old, 'bin/handfast.mjs'))})`

    const failure = await run(process.execPath, ['--input-type=module', '-e', pretend], { env: environment }).catch((error) => error)

    expect(failure).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/Node 20\.20\.2 is too old.*\n {2}npx -y -p node@24 -p handfast handfast/),
    })
  })
})
