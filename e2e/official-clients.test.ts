import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client'
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../server/test/databases.ts'
import { type Inhabitant, Town } from '../server/test/town.ts'
import { type Echo, startEcho } from './fixtures/echo-connector.ts'

/** What the three libraries have in common, as far as these promises need it. */
type Assistant = AsyncDisposable & {
  readonly listChanges: () => number
  ping(): Promise<unknown>
  /** All pages. */
  tools(): Promise<readonly { readonly name: string }[]>
  call(
    name: string,
    args: Record<string, unknown>,
    options?: {
      readonly signal?: AbortSignal
      readonly onprogress?: (progress: { readonly progress: number; readonly total?: number | undefined }) => void
    },
  ): Promise<{ readonly content: unknown; readonly isError?: boolean | undefined }>
  readonly session: string | undefined
}

type Opening = { readonly path?: string; readonly session?: string; readonly shows?: (url: string) => Promise<void> }
type Library = { readonly name: string; readonly era: 'modern' | 'legacy'; open(town: Town, who: Inhabitant, opening?: Opening): Promise<Assistant> }

const elicits = { capabilities: { elicitation: { url: {} } } }
const about = { name: 'an assistant', version: '1.0.0' }
const headersOf = (who: Inhabitant) => ({ requestInit: { headers: { authorization: `Bearer ${who.token}` } } })

/** The official client of 2026, in the era it is told to speak. */
function modernLibrary(era: 'modern' | 'legacy'): Library {
  return {
    name: `the 2.x client, ${era}`,
    era,
    async open(town, who, { path = '/mcp', session, shows } = {}) {
      let changes = 0
      const client = new ModernClient(about, {
        ...(shows === undefined ? {} : elicits),
        versionNegotiation: { mode: era === 'modern' ? { pin: '2026-07-28' } : 'legacy' },
        // Every list comes from the server: these are promises about it, not about a cache.
        listMaxPages: 0,
      })
      if (shows !== undefined)
        client.setRequestHandler('elicitation/create', async ({ params }) => {
          if (params.mode !== 'url') throw new Error('only pages can be shown')
          await shows(params.url)
          return { action: 'accept' }
        })
      client.setNotificationHandler('notifications/tools/list_changed', () => void changes++)
      const transport = new ModernTransport(new URL(town.url + path), { ...headersOf(who), ...(session === undefined ? {} : { sessionId: session }) })
      await client.connect(transport)
      if (era === 'modern') await client.listen({ toolsListChanged: true })
      return {
        listChanges: () => changes,
        ping: () => (era === 'modern' ? client.discover() : client.ping()),
        tools: async () => (await client.listTools(undefined, { cacheMode: 'refresh' })).tools,
        call: (name, args, options) => client.callTool({ name, arguments: args }, options as never) as never,
        get session() {
          return transport.sessionId
        },
        [Symbol.asyncDispose]: () => client.close(),
      }
    },
  }
}

/** The client that most assistants still ship. */
const oldLibrary: Library = {
  name: 'the 1.x client',
  era: 'legacy',
  async open(town, who, { path = '/mcp', session, shows } = {}) {
    let changes = 0
    const client = new OldClient(about, shows === undefined ? {} : elicits)
    const { ToolListChangedNotificationSchema } = await import('@modelcontextprotocol/sdk/types.js')
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => void changes++)
    const transport = new OldTransport(new URL(town.url + path), { ...headersOf(who), ...(session === undefined ? {} : { sessionId: session }) })
    await client.connect(transport as never)
    return {
      listChanges: () => changes,
      ping: () => client.ping(),
      tools: async () => {
        const all: { name: string }[] = []
        for (let cursor: string | undefined; ; ) {
          const page = await client.listTools(cursor === undefined ? {} : { cursor })
          all.push(...page.tools)
          cursor = page.nextCursor
          if (cursor === undefined) return all
        }
      },
      call: (name, args, options) => client.callTool({ name, arguments: args }, undefined, options as never) as never,
      get session() {
        return transport.sessionId
      },
      [Symbol.asyncDispose]: () => client.close(),
    }
  },
}

const libraries: readonly Library[] = [modernLibrary('modern'), modernLibrary('legacy'), oldLibrary]
const connectorEras = ['modern', 'legacy'] as const

async function townWithEcho(kind: (typeof databases)[number], echo: Echo, approvalWaitMs?: number): Promise<Town> {
  const town = await Town.open(kind, approvalWaitMs === undefined ? {} : { approvalWaitMs })
  await town.publishes('echo', echo.url)
  await town.enables(town.alice, 'echo')
  return town
}

/** The inspector's command line, as a process of its own. */
function inspect(town: Town, path: string, ...args: readonly string[]): Promise<Record<string, unknown>> {
  const root = dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/inspector/package.json'))
  const cli = join(root, 'clients/cli/build/index.js')
  const all = [cli, `${town.url}${path}`, '--transport', 'http', '--header', `Authorization: Bearer ${town.alice.token}`, ...args]
  return new Promise((resolve, reject) => {
    execFile(process.execPath, all, { timeout: 60_000 }, (error, stdout, stderr) => {
      if (error !== null) reject(new Error(`${stderr}\n${stdout}`, { cause: error }))
      else resolve(JSON.parse(stdout) as Record<string, unknown>)
    })
  })
}

describe.each(databases)('on $name', (kind) => {
  describe.each(libraries)('$name', ({ era, open }) => {
    let town: Town
    let connectors: Readonly<Record<'modern' | 'legacy', Echo>>
    beforeAll(async () => {
      connectors = { modern: await startEcho({ eras: 'modern' }), legacy: await startEcho({ eras: 'legacy' }) }
      town = await Town.open(kind)
      for (const slug of connectorEras) {
        await town.publishes(slug, connectors[slug].url)
        await town.enables(town.alice, slug)
      }
    })
    afterAll(async () => {
      await town[Symbol.asyncDispose]()
      for (const slug of connectorEras) await connectors[slug].close()
    })
    const asksAt = (level: 'never' | 'any-change') => town.app.rooms.choices.setLevel(town.person(town.alice), '*', level)

    it('lists and calls through both endpoints', async () => {
      await using merged = await open(town, town.alice)
      await using own = await open(town, town.alice, { path: '/mcp/modern' })

      const [mergedTools, ownTools] = [await merged.tools(), await own.tools()]
      const said = [await merged.call('legacy_echo', { text: 'hello' }), await own.call('echo', { text: 'hello again' })]
      await merged.ping()

      const names = ['big', 'echo', 'fail', 'note', 'slow', 'wait']
      expect(ownTools.map(({ name }) => name)).toEqual(names)
      expect(mergedTools.map(({ name }) => name)).toEqual([...names.map((name) => `legacy_${name}`), ...names.map((name) => `modern_${name}`)])
      expect(said.map(({ content }) => content)).toEqual([[{ type: 'text', text: 'hello' }], [{ type: 'text', text: 'hello again' }]])
    })

    it.each(connectorEras)('hears the progress of a %s connector', async (slug) => {
      await using assistant = await open(town, town.alice)
      const heard: unknown[] = []

      const said = await assistant.call(
        `${slug}_slow`,
        { steps: 3, everyMs: 5 },
        { onprogress: ({ progress, total }) => void heard.push([progress, total]) },
      )

      expect(said.content).toEqual([{ type: 'text', text: 'Counted to 3.' }])
      expect(heard).toEqual([
        [1, 3],
        [2, 3],
        [3, 3],
      ])
    })

    it.each(connectorEras)('cancels a call down to a %s connector', async (slug) => {
      await asksAt('never')
      await using assistant = await open(town, town.alice)
      const giveUp = new AbortController()

      const call = assistant.call(`${slug}_wait`, { key: 'k' }, { signal: giveUp.signal })
      await connectors[slug].arrived('k')
      giveUp.abort()
      await expect(call).rejects.toThrow()
      await connectors[slug].cancelled('k')

      await expect.poll(async () => (await town.calls(town.alice))[0]?.state).toBe('cancelled')
    })

    it('is told when its list changed', async () => {
      await using assistant = await open(town, town.alice)
      const { connector } = await town.app.rooms.directory.bySlug(town.app.workspace, 'legacy')
      // The older eras open their stream on the side; until then there is nobody to tell.
      if (era === 'legacy') await expect.poll(async () => (await changesUntil(town, assistant)) > 0).toBe(true)
      const before = assistant.listChanges()

      await town.app.rooms.choices.disable(town.person(town.alice), connector)
      await expect.poll(() => assistant.listChanges()).toBeGreaterThan(before)
      const without = await assistant.tools()
      const between = assistant.listChanges()
      await town.enables(town.alice, 'legacy')
      await expect.poll(() => assistant.listChanges()).toBeGreaterThan(between)

      expect(without).toHaveLength(6)
      expect(await assistant.tools()).toHaveLength(12)
    })

    it('reads a list of more than five hundred tools whole', async () => {
      await using echo = await startEcho()
      const many = Array.from({ length: 1_203 }, (_, i) => ({ name: `tool_${i}`, description: 'One of many.', inputSchema: { type: 'object' } }))
      echo.offer(many)
      await town.publishes('many', echo.url)
      await town.enables(town.bob, 'many')
      await using assistant = await open(town, town.bob)

      const names = (await assistant.tools()).map(({ name }) => name)

      expect(names).toHaveLength(1_203)
      expect(new Set(names)).toEqual(new Set(many.map(({ name }) => `many_${name}`)))
    })

    it("reads the error of a tool, and an unknown tool is the protocol's", async () => {
      await using assistant = await open(town, town.alice)

      expect(await assistant.call('modern_fail', { text: 'closed on Mondays' })).toMatchObject({
        isError: true,
        content: [{ text: 'closed on Mondays' }],
      })
      await expect(assistant.call('modern_nothing', {})).rejects.toMatchObject({ code: -32602 })
    })

    it('that cannot show pages gets the link to approve in words', async () => {
      await asksAt('any-change')
      await using assistant = await open(town, town.alice)

      const asked = await assistant.call('modern_note', { text: 'milk' })
      await town.approves(town.alice)
      const done = await assistant.call('modern_note', { text: 'milk' })

      expect(asked).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('/approvals/apr_') }] })
      expect(done.content).toEqual([{ type: 'text', text: 'milk' }])
    })
  })

  it('the modern client shows our page, repeats the call, and it goes on when the person says yes', async () => {
    await using echo = await startEcho()
    await using town = await townWithEcho(kind, echo, 20_000)
    await town.app.rooms.choices.setLevel(town.person(town.alice), '*', 'any-change')
    const shown: string[] = []
    const [library] = libraries
    await using assistant = await (library as Library).open(town, town.alice, { shows: async (url) => void shown.push(url) })

    const call = assistant.call('echo_note', { text: 'milk' })
    // The client repeats the call as soon as it has shown the page, long before anybody has decided.
    await expect.poll(() => shown.length).toBe(1)
    await expect.poll(() => town.approves(town.alice)).toBe(1)

    expect((await call).content).toEqual([{ type: 'text', text: 'milk' }])
    expect(shown[0]).toMatch(/\/approvals\/apr_[0-9a-f]{32}$/)
    expect((await town.calls(town.alice)).map(({ state, code }) => [state, code])).toEqual([
      ['answered', null],
      ['refused', 'consent/approval-needed'],
    ])
  })

  it('the clients of the older revision are asked to open our page with -32042', async () => {
    await using echo = await startEcho()
    await using town = await townWithEcho(kind, echo)
    await town.app.rooms.choices.setLevel(town.person(town.alice), '*', 'any-change')
    for (const { era, open } of libraries) {
      if (era === 'modern') continue
      await using assistant = await open(town, town.alice, { shows: async () => {} })

      const refused = await assistant.call('echo_note', { text: 'milk' }).catch((error: unknown) => error)
      const approved = await town.approves(town.alice)
      const done = await assistant.call('echo_note', { text: 'milk' })

      expect(refused).toMatchObject({ code: -32042, data: { elicitations: [{ mode: 'url', url: expect.stringContaining('/approvals/apr_') }] } })
      expect(approved).toBe(1)
      expect(done.content).toEqual([{ type: 'text', text: 'milk' }])
    }
  })

  it('a session outlives a restart of the server, for its own user only', async () => {
    await using echo = await startEcho()
    await using town = await townWithEcho(kind, echo)
    for (const { era, open } of libraries) {
      if (era === 'modern') continue
      await using before = await open(town, town.alice)
      await before.call('echo_echo', { text: 'before' })
      const { session = '' } = before

      await town.restarts()
      await using after = await open(town, town.alice, { session })
      const said = await after.call('echo_echo', { text: 'after' })
      await using thief = await open(town, town.bob, { session })

      expect(after.session).toBe(session)
      expect(said.content).toEqual([{ type: 'text', text: 'after' }])
      await expect(thief.ping()).rejects.toThrow(/There is no such session/)
    }
  })

  it("the inspector's command line lists and calls through both endpoints", async () => {
    await using echo = await startEcho()
    await using town = await townWithEcho(kind, echo)

    const merged = await inspect(town, '/mcp', '--method', 'tools/list')
    const own = await inspect(town, '/mcp/echo', '--method', 'tools/call', '--tool-name', 'echo', '--tool-arg', 'text=hello')

    expect((merged['tools'] as { name: string }[]).map(({ name }) => name)).toContain('echo_echo')
    expect(own['content']).toEqual([{ type: 'text', text: 'hello' }])
  }, 90_000)
})

/** Changes something that concerns the assistant's list, and says how often it has heard of changes. */
async function changesUntil(town: Town, assistant: Assistant): Promise<number> {
  await town.app.rooms.choices.setLevel(town.person(town.alice), '*', 'important')
  return assistant.listChanges()
}
