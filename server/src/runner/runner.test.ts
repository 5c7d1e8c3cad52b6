import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { Runner, RunnerFileError, readRunnerFile } from './index.ts'
import { MessageLines } from './message-lines.ts'
import { hasBubblewrap } from './sandbox.ts'

const fixture = resolve(import.meta.dirname, '../../../e2e/fixtures/stdio-server.mjs')
const node = { command: process.execPath, args: [fixture] }
// biome-ignore lint/suspicious/noExplicitAny: answers are looked at by tests, member by member
type Said = { readonly status: number; readonly headers: Headers; readonly text: string; readonly body: any }

type Opened = AsyncDisposable & {
  readonly url: string
  readonly key: string
  readonly log: string[]
  readonly folder: string
  post(path: string, message: object, headers?: Record<string, string>, signal?: AbortSignal): Promise<Said>
  /** Begins a session. */
  begin(server: string, bearer?: string): Promise<(name: string, value?: string, meta?: object) => Promise<Said>>
}

async function open(servers: Record<string, object>, change: object = {}, environment: Record<string, string> = {}): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'handfast-runner-test-'))
  const path = join(folder, 'runner.yaml')
  writeFileSync(path, stringify({ port: 0, sandbox: 'off', servers, ...change }))
  const log: string[] = []
  const known: Record<string, string | undefined> = { PATH: process.env['PATH'], ...environment }
  const runner = new Runner({ file: readRunnerFile(path), environment: (name) => known[name], log: (line) => void log.push(line), memoryCheckMs: 50 })
  const { url } = await runner.open()
  const key = readFileSync(join(folder, 'runner.key'), 'utf8').trim()
  const post: Opened['post'] = async (at, message, headers = {}, signal) => {
    const response = await fetch(`${url}${at}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', authorization: `Bearer ${key}`, ...headers },
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
      ...(signal === undefined ? {} : { signal }),
    })
    const text = await response.text()
    const json = (response.headers.get('content-type') ?? '').startsWith('application/json')
    return { status: response.status, headers: response.headers, text, body: json && text !== '' ? JSON.parse(text) : null }
  }
  return {
    url,
    key,
    log,
    folder,
    post,
    begin: async (server, bearer) => {
      const path = bearer === undefined ? `/${server}/mcp` : `/${server}/${key}/mcp`
      const own: Record<string, string> = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }
      const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } }
      const begun = await post(path, { id: 1, method: 'initialize', params }, own)
      const headers = { ...own, 'mcp-session-id': begun.headers.get('mcp-session-id') ?? '' }
      await post(path, { method: 'notifications/initialized' }, headers)
      return (name, value, meta) =>
        post(path, { id: 2, method: 'tools/call', params: { name, arguments: { value }, ...(meta === undefined ? {} : { _meta: meta }) } }, headers)
    },
    [Symbol.asyncDispose]: async () => {
      await runner.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const textOf = (said: Said): string => said.body.result.content[0].text

/** Until it is so: a process ends when it ends. */
async function until(holds: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 400 && !holds(); attempt++) await new Promise((done) => setTimeout(done, 25))
  expect(holds()).toBe(true)
}

function lives(pid: number): boolean {
  try {
    // A zombie is gone, it only was not fetched yet.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

describe('a runner', () => {
  it('gives a process the variables that its file names, PATH, a home of its own, and nothing else', async () => {
    const given = { ...node, env: { MODE: 'quiet' }, passEnv: ['ALLOWED'] }
    await using runner = await open({ one: given }, {}, { ALLOWED: 'yes', HANDFAST_MASTER_KEY: 'canary', AWS_SECRET: 'canary' })
    const call = await runner.begin('one')

    const environment = JSON.parse(textOf(await call('environment')))

    expect(Object.keys(environment).toSorted()).toEqual(['ALLOWED', 'HOME', 'MODE', 'PATH', 'TMPDIR'])
    expect(environment).toMatchObject({ ALLOWED: 'yes', MODE: 'quiet' })
  })

  it('reads no shell into a command', async () => {
    await using runner = await open({ one: { command: process.execPath, args: [fixture, '; touch /tmp/owned', '$(id)', '`id`'] } })
    const call = await runner.begin('one')

    expect(textOf(await call('process'))).toMatch(/^\d+$/)
  })

  it('gives every person a process of their own with their own key, which nobody else can enter', async () => {
    await using runner = await open({ one: { ...node, credentialEnv: 'DEMO_KEY' } })
    const [ana, ben] = [await runner.begin('one', 'key-of-ana'), await runner.begin('one', 'key-of-ben')]
    const environments = [JSON.parse(textOf(await ana('environment'))), JSON.parse(textOf(await ben('environment')))]
    const begun = await runner.post(
      `/one/${runner.key}/mcp`,
      { id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25' } },
      { authorization: 'Bearer key-of-ana' },
    )
    const session = begun.headers.get('mcp-session-id') ?? ''

    const intruder = await runner.post(
      `/one/${runner.key}/mcp`,
      { id: 3, method: 'tools/list' },
      { authorization: 'Bearer key-of-ben', 'mcp-session-id': session },
    )

    expect(environments.map(({ DEMO_KEY }) => DEMO_KEY)).toEqual(['key-of-ana', 'key-of-ben'])
    expect(textOf(await ana('process'))).not.toBe(textOf(await ben('process')))
    expect(intruder.status).toBe(404)
  })

  it('keeps keys out of what it says', async () => {
    await using runner = await open({ one: { ...node, credentialEnv: 'DEMO_KEY' } })
    const call = await runner.begin('one', 'canary-8841')

    await call('secret')
    await until(() => runner.log.some((line) => line.includes('my key is')))

    expect(runner.log.join('\n')).not.toContain('canary-8841')
    expect(runner.log.join('\n')).not.toContain(runner.key)
  })

  it.each([
    ['no key', '/one/mcp', { authorization: '' }, 401],
    ['a wrong key', '/one/mcp', { authorization: 'Bearer wrong' }, 401],
    ['a wrong key in the address', '/one/wrong/mcp', {}, 401],
    ['another server', '/two/mcp', {}, 404],
    ['a name of the language', '/constructor/mcp', {}, 404],
    ['a page of some site', '/one/mcp', { origin: 'https://evil.example' }, 403],
  ])('refuses %s', async (_, path, headers: Record<string, string>, status) => {
    await using runner = await open({ one: node })

    const said = await runner.post(path, { id: 1, method: 'initialize', params: {} }, headers)

    expect(said.status).toBe(status)
    expect(runner.log).toEqual([])
  })

  it('reads one message of bearable size and depth, and starts nothing for anything else', async () => {
    await using runner = await open({ one: node })
    const send = (body: string) => fetch(`${runner.url}/one/mcp`, { method: 'POST', headers: { authorization: `Bearer ${runner.key}` }, body })

    const answers = await Promise.all(
      ['', 'null', '[]', '{}', '{"jsonrpc":"2.0","id":{},"method":"initialize"}', '['.repeat(500), 'x'.repeat(5 * 1024 * 1024)].map(send),
    )

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 400, 400])
    expect(runner.log).toEqual([])
  })

  it('stops a process that nobody asks anything', async () => {
    await using runner = await open({ one: { ...node, idleStopSeconds: 4 } })
    const call = await runner.begin('one')
    const pid = Number(textOf(await call('process')))

    await until(() => !lives(pid))

    expect((await call('process')).status).toBe(404)
    expect(runner.log.at(-1)).toBe('one: stopped, nobody asked it anything for a while')
  })

  it('stops what a process started with it', async () => {
    const gone: number[] = []
    {
      await using runner = await open({ one: node })
      const call = await runner.begin('one')
      gone.push(Number(textOf(await call('orphan'))), Number(textOf(await call('process'))))
      expect(gone.map(lives)).toEqual([true, true])
    }

    await until(() => gone.every((pid) => !lives(pid)))
  })

  it('answers each request once: after a time, and when the process dies', async () => {
    await using runner = await open({ slow: { ...node, callTimeoutSeconds: 1 }, one: node })
    const [slow, one] = [await runner.begin('slow'), await runner.begin('one')]

    const [late, waiting] = [await slow('never'), one('never')]
    const died = await one('die')

    expect(late.body).toMatchObject({ id: 2, error: { code: -32603, message: 'The server of this connector did not answer within 1 s.' } })
    expect(died.body.error.message).toBe('The server of this connector stopped: it ended with 7.')
    expect((await waiting).body.error.message).toBe('The server of this connector stopped: it ended with 7.')
    // The late request was taken back at the process, under the number that it knows.
    expect(JSON.parse(textOf(await slow('cancelled')))).toHaveLength(1)
  })

  it('stops a process that uses more memory than its file allows', async () => {
    await using runner = await open({ one: { ...node, memoryMiB: 200 } })
    const call = await runner.begin('one')

    const said = await call('grow')

    expect(said.body.error.message).toBe('The server of this connector stopped: it used more than 200 MiB of memory.')
  })

  it('starts no more processes than its file allows', async () => {
    await using runner = await open({ one: { ...node, maxProcesses: 1 } })
    await runner.begin('one')

    const second = await runner.post('/one/mcp', { id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25' } })

    expect(second.status).toBe(503)
  })

  it('says which command was not found, and keeps no session for it', async () => {
    await using runner = await open({ one: { command: '/nowhere/at-all' } })

    const said = await runner.post('/one/mcp', { id: 1, method: 'initialize', params: {} })

    expect(said.status).toBe(502)
    expect(said.body.error.message).toContain('its command was not found')
    expect(said.headers.get('mcp-session-id')).toBeNull()
  })

  it('passes over what is no message', async () => {
    await using runner = await open({ one: node })
    const call = await runner.begin('one')

    expect(textOf(await call('garbage'))).toBe('said')
    expect(runner.log).toContain('one: (not a message) this is no message')
  })

  it('brings progress and questions ahead of the answer', async () => {
    await using runner = await open({ one: node })
    const call = await runner.begin('one')

    const progressed = await call('progress', undefined, { progressToken: 'p1' })

    const messages = [...progressed.text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? ''))
    expect(messages).toMatchObject([
      { method: 'notifications/progress', params: { progressToken: 'p1' } },
      { id: 2, result: {} },
    ])
  })

  it('reports every mistake of its file with its place, and makes the key readable by its owner alone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'handfast-runner-test-'))
    const path = join(folder, 'runner.yaml')
    writeFileSync(path, 'prot: 1\nservers:\n  Big: {command: x}\n  one: {comand: x}\n')
    let problems: RunnerFileError['problems'] = []
    try {
      readRunnerFile(path)
    } catch (error) {
      if (error instanceof RunnerFileError) problems = error.problems
    }
    await using runner = await open({ one: node })

    expect(problems.map(({ pointer }) => pointer)).toEqual(expect.arrayContaining(['/servers/Big', '/servers/one/command', '/servers/one', '']))
    expect(statSync(join(runner.folder, 'runner.key')).mode & 0o777).toBe(0o600)
    rmSync(folder, { recursive: true })
  })

  it('refuses to start without the sandbox that its file asks for, and keeps a process inside where there is one', async () => {
    if (!hasBubblewrap()) {
      await expect(open({ one: node }, { sandbox: 'require' })).rejects.toMatchObject({ code: 'runner/no-sandbox' })
      return
    }
    const outside = mkdtempSync(join(tmpdir(), 'handfast-outside-'))
    writeFileSync(join(outside, 'secret'), 'x')
    const listening = createServer().listen(0, '127.0.0.1')
    await new Promise((done) => listening.once('listening', done))
    const port = String((listening.address() as { port: number }).port)
    const runs = { ...node, network: false, read: [resolve(fixture, '..'), resolve(process.execPath, '../..')], folder: resolve(fixture, '..') }
    await using runner = await open({ one: runs }, { sandbox: 'require' })
    const call = await runner.begin('one')
    const environment = JSON.parse(textOf(await call('environment')))

    const seen = [
      textOf(await call('folders', outside)),
      textOf(await call('write', '/etc/handfast-was-here')),
      textOf(await call('write', join(environment.HOME, 'own'))),
      textOf(await call('dial', port)),
    ]
    listening.close()
    rmSync(outside, { recursive: true })

    expect(seen).toEqual(['absent', 'EROFS', 'written', 'ECONNREFUSED'])
  })
})

describe('lines of messages', () => {
  it('come out whole however the bytes arrive', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1 }).filter((text) => text.trim() === text && !/[\n\r]/.test(text))),
        fc.array(fc.nat(40)),
        (texts, cuts) => {
          const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''))
          const lines = new MessageLines(10_000)
          const seen: string[] = []
          let at = 0
          for (const cut of [...cuts, bytes.length]) {
            seen.push(...lines.take(bytes.subarray(at, at + cut)))
            at += cut
          }
          seen.push(...lines.take(bytes.subarray(at)))
          expect(seen).toEqual(texts)
        },
      ),
    )
  })

  it('end with a line that is too long', () => {
    expect(() => new MessageLines(10).take(Buffer.from('12345678901'))).toThrow(RangeError)
  })
})
