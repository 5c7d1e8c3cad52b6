import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../server/test/databases.ts'
import { Town } from '../server/test/town.ts'
import { type SuiteConnector, startSuiteConnector } from './conformance/suite-connector.ts'
import { LegacyAssistant, type Told } from './fixtures/legacy-assistant.ts'
import { isRecord, type Json } from './fixtures/mcp-wire.ts'

/** Everything an assistant can be asked. */
const able = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} }
const name = 'Ada'
/** What a person and their assistant answer to whatever is asked. */
function answer(request: Json): Json {
  if (request['method'] === 'sampling/createMessage')
    return { role: 'assistant', model: 'm', stopReason: 'endTurn', content: { type: 'text', text: 'Paris' } }
  if (request['method'] === 'roots/list') return { roots: [{ uri: 'file:///home/ada', name: 'home' }] }
  const properties = ((request['params'] as Json)['requestedSchema'] as Json)['properties'] as Json
  return { action: 'accept', content: Object.fromEntries(Object.keys(properties).map((key) => [key, key === 'ok' ? true : name])) }
}

type Said = Told & { readonly rounds: number }
/** An assistant of either era, as far as the table needs it. */
type Assistant = {
  request(
    method: string,
    params: Json,
    options?: { readonly capabilities?: Json; readonly progress?: boolean; readonly logLevel?: string },
  ): Promise<Said>
}

async function legacyAssistant(town: Town, path: string, capabilities: Json): Promise<Assistant> {
  const assistant = await LegacyAssistant.open(() => [town.url], town.alice.token, { path, capabilities })
  return {
    request: async (method, params, { progress = false, logLevel } = {}) => {
      if (logLevel !== undefined) await assistant.request('logging/setLevel', { level: logLevel })
      const told = await assistant.request(method, progress ? { ...params, _meta: { progressToken: 'p' } } : params, answer)
      return { ...told, rounds: told.asked.length === 0 ? 1 : 2 }
    },
  }
}

function modernAssistant(town: Town, path: string, capabilities: Json): Assistant {
  return {
    request: async (method, params, { progress = false, logLevel } = {}) => {
      const meta = {
        ...(progress ? { progressToken: 'p' } : {}),
        ...(logLevel === undefined ? {} : { 'io.modelcontextprotocol/logLevel': logLevel }),
      }
      const headers = typeof params['uri'] === 'string' ? { 'mcp-name': params['uri'] } : {}
      const asked: Json[] = []
      const notifications: Json[] = []
      let more: Json = {}
      for (let rounds = 1; ; rounds++) {
        const told = await town.alice.mcp.modern(method, { ...params, ...more }, { path, capabilities, meta, headers })
        notifications.push(...(told.events as Json[]).filter((event) => typeof event['method'] === 'string'))
        const { result, error } = told.body as { result?: Json; error?: Json }
        if (result?.['resultType'] !== 'input_required')
          return { ...(result === undefined ? {} : { result }), ...(error === undefined ? {} : { error }), asked, notifications, rounds }
        const requests = Object.entries(result['inputRequests'] as Json) as [string, Json][]
        asked.push(...requests.map(([, request]) => request))
        const state = result['requestState']
        more = {
          inputResponses: Object.fromEntries(requests.map(([key, request]) => [key, answer(request)])),
          ...(state === undefined ? {} : { requestState: state }),
        }
      }
    },
  }
}

const listIn = (said: Told, member: string): readonly Json[] => (said.result?.[member] ?? []) as readonly Json[]
const textOf = (said: Told): unknown => (said.result?.['content'] as readonly Json[] | undefined)?.[0]?.['text']
const call = (tool: string, args: Json = {}): Json => ({ name: tool, arguments: args })
const assistantEras = ['modern', 'legacy'] as const
const connectorEras = ['modern', 'legacy'] as const

/** What has to come through, whichever eras the two sides speak: one row each. */
const rows: readonly { readonly what: string; readonly run: (assistant: Assistant) => Promise<unknown>; readonly comes: unknown }[] = [
  {
    what: 'a call and its answer',
    run: async (a) => textOf(await a.request('tools/call', call('test_simple_text'))),
    comes: 'This is a simple text response for testing.',
  },
  {
    what: 'the progress of a call, under the token of the assistant',
    run: async (a) =>
      (await a.request('tools/call', call('test_tool_with_progress'), { progress: true })).notifications.map(({ params }) => [
        (params as Json)['progressToken'],
        (params as Json)['progress'],
      ]),
    comes: [
      ['p', 0],
      ['p', 50],
      ['p', 100],
    ],
  },
  {
    what: 'log messages of the level that was asked for',
    run: async (a) =>
      (await a.request('tools/call', call('test_tool_with_logging'), { logLevel: 'info' })).notifications.map(
        ({ params }) => (params as Json)['data'],
      ),
    comes: ['Tool execution started', 'Tool processing data', 'Tool execution completed'],
  },
  {
    what: 'no log message below that level',
    run: async (a) => (await a.request('tools/call', call('test_tool_with_logging'), { logLevel: 'error' })).notifications,
    comes: [],
  },
  {
    what: 'a form, which names the connector, and its answer',
    run: async (a) => {
      const said = await a.request('tools/call', call('test_input_required_result_elicitation'))
      return [textOf(said), said.asked.map(({ params }) => (params as Json)['message'])]
    },
    comes: [`Hello, ${name}!`, ['suite asks: What is your name?']],
  },
  {
    what: "a question to the assistant's model",
    run: async (a) => textOf(await a.request('tools/call', call('test_sampling', { prompt: 'Capital?' }))),
    comes: 'LLM response: Paris',
  },
  {
    what: 'roots, passed through',
    run: async (a) => textOf(await a.request('tools/call', call('test_input_required_result_list_roots'))),
    comes: 'Roots: [{"uri":"file:///home/ada","name":"home"}]',
  },
  {
    what: 'several rounds of questions with state',
    run: async (a) => textOf(await a.request('tools/call', call('test_input_required_result_multi_round'))),
    comes: `Your color is ${name}.`,
  },
  {
    what: 'several questions at once',
    run: async (a) => textOf(await a.request('tools/call', call('test_input_required_result_multiple_inputs'))),
    comes: 'Everything came.',
  },
  {
    what: 'the contents of a resource',
    run: async (a) => (await a.request('resources/read', { uri: 'test://static-text' })).result?.['contents'],
    comes: [{ uri: 'test://static-text', mimeType: 'text/plain', text: 'This is the content of the static text resource.' }],
  },
  {
    what: 'a resource of a template',
    run: async (a) => listIn(await a.request('resources/read', { uri: 'test://template/7/data' }), 'contents')[0]?.['uri'],
    comes: 'test://template/7/data',
  },
  {
    what: 'that a resource which nobody reviewed is not there',
    run: async (a) => {
      const { error } = await a.request('resources/read', { uri: 'test://elsewhere' })
      const data = error?.['data']
      return [error?.['code'], isRecord(data) && data['uri']]
    },
    comes: [-32602, 'test://elsewhere'],
  },
  {
    what: 'a prompt with arguments',
    run: async (a) => (await a.request('prompts/get', call('test_prompt_with_arguments', { arg1: 'a', arg2: 'b' }))).result?.['messages'],
    comes: [{ role: 'user', content: { type: 'text', text: "Prompt with arguments: arg1='a', arg2='b'" } }],
  },
  {
    what: 'a prompt that asks on the way',
    run: async (a) => listIn(await a.request('prompts/get', { name: 'test_input_required_result_prompt' }), 'messages')[0]?.['content'],
    comes: { type: 'text', text: `The context is ${name}.` },
  },
  {
    what: 'completions',
    run: async (a) => {
      const ref = { type: 'ref/prompt', name: 'test_prompt_with_arguments' }
      const { result } = await a.request('completion/complete', { ref, argument: { name: 'arg1', value: 'p' } })
      return isRecord(result?.['completion']) && result['completion']['values']
    },
    comes: ['paris', 'park', 'party'],
  },
]

describe.each(databases)('on $name', (kind) => {
  let town: Town
  const connectors: SuiteConnector[] = []
  beforeAll(async () => {
    town = await Town.open(kind)
    for (const era of connectorEras) {
      const connector = await startSuiteConnector(era)
      connectors.push(connector)
      // Named alike, so that what is told to an assistant is the same in every row.
      await town.publishes(era, connector.url, { name: 'suite' })
      await town.enables(town.alice, era)
    }
  })
  afterAll(async () => {
    await town[Symbol.asyncDispose]()
    for (const connector of connectors) await connector[Symbol.asyncDispose]()
  })

  describe.each(assistantEras)('from an assistant of the %s era', (assistantEra) => {
    describe.each(connectorEras)('to a connector of the %s era, through comes', (connectorEra) => {
      it.each(rows)('$what', async ({ run, comes }) => {
        const open = assistantEra === 'modern' ? modernAssistant : legacyAssistant

        const came = await run(await open(town, `/mcp/${connectorEra}`, able))

        expect(came).toEqual(comes)
      })
    })

    it.each(connectorEras)('a connector of the %s era asks nothing of an assistant that declares nothing', async (connectorEra) => {
      const open = assistantEra === 'modern' ? modernAssistant : legacyAssistant

      const said = await (await open(town, `/mcp/${connectorEra}`, {})).request('tools/call', call('test_sampling', { prompt: 'Capital?' }))

      expect(said.asked).toEqual([])
      expect(said.error ?? said.result?.['isError']).toBeTruthy()
    })

    it('uses addresses of the merged list at the merged address, in lists, reads and answers', async () => {
      const assistant = await (assistantEra === 'modern' ? modernAssistant : legacyAssistant)(town, '/mcp', able)

      const listed = (await assistant.request('resources/list', {})).result?.['resources'] as readonly Json[]
      const read = (await assistant.request('resources/read', { uri: 'legacy+test://static-text' })).result?.['contents'] as readonly Json[]
      const called = (await assistant.request('tools/call', call('modern_test_embedded_resource'))).result?.['content'] as readonly Json[]

      expect(listed.map(({ uri }) => uri)).toEqual(
        ['legacy', 'modern'].flatMap((slug) => ['static-binary', 'static-text', 'watched-resource'].map((path) => `${slug}+test://${path}`)),
      )
      expect(read[0]?.['uri']).toBe('legacy+test://static-text')
      expect(called[0]).toMatchObject({ resource: { uri: 'modern+test://embedded-resource' } })
    })
  })

  it('tells a modern assistant that nothing may be kept by others, whatever connectors say', async () => {
    const said = await Promise.all([
      town.alice.mcp.modern('resources/list'),
      town.alice.mcp.modern('prompts/list'),
      town.alice.mcp.modern('resources/read', { uri: 'modern+test://static-text' }, { headers: { 'mcp-name': 'modern+test://static-text' } }),
    ])

    for (const { body } of said) {
      expect(isRecord(body.result)).toBe(true)
      expect(body.result).toMatchObject({ cacheScope: 'private', ttlMs: expect.toSatisfy((ms: number) => ms <= 60_000) })
    }
  })
})
