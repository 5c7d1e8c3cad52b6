import type { ReleaseTool } from '@handfast/contract'
import { createEgress } from '../../server/src/egress/index.ts'
import { isObject, type Json, type JsonObject, newId } from '../../server/src/lib/index.ts'
import { type Continuation, createUpstream, type OtherRequest, type UpstreamAnswer } from '../../server/src/upstream/index.ts'
import { Account, type ByHand } from './account.ts'

/**
 * Our connector-side client, as the suite starts it: `node client-driver.ts <address>`. It does what a Handfast does with a connector: looks at it
 * as the review does, then calls what it found, in the person's name, and passes questions on to an assistant, which is played here.
 */
const [url = ''] = process.argv.slice(2)
const context = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}') as ByHand & { readonly toolCalls?: readonly ToolCall[] }
type ToolCall = { readonly name: string; readonly arguments: JsonObject }

const egress = createEgress({ allow: [], dangerouslyAllowPrivateAddresses: true })
const upstream = createUpstream({ egress, client: { name: 'handfast', title: 'Handfast', version: '0.0.0' } })
const account = new Account(egress, url, context)
const forever = new AbortController().signal
const target = { kind: 'mcp', url } as const
const origins = [new URL(url).origin]
const release = newId('rel')
/** What the assistant that is played here can be asked for. */
const capabilities: JsonObject = { elicitation: { form: {} }, sampling: {}, roots: {} }

const found = await account.with((credential) => upstream.describe(target, credential, forever))
const tools = new Map(found.tools.map((tool) => [tool.name, reviewed(tool)]))
for (const { name, arguments: args } of context.toolCalls ??
  [...tools.values()].map((tool) => ({ name: tool.name, arguments: argumentsFor(tool) }))) {
  const tool = tools.get(name)
  if (tool !== undefined) await converse(tool, args)
}
const stand = reviewed({ name: 'other', inputSchema: { type: 'object' } })
for (const { uri } of found.resources) await ask(stand, {}, { method: 'resources/read', params: { uri: uri as string } })
for (const prompt of found.prompts) await ask(stand, {}, { method: 'prompts/get', params: { name: prompt.name, arguments: promptArguments(prompt) } })
await upstream.close()
await egress.close()

/** A call with all its rounds. Between two of them another tool is called, to which nothing of this one may stick. */
async function converse(tool: ReleaseTool, args: JsonObject): Promise<void> {
  let continuation: Continuation | undefined
  for (let round = 0; round < 8; round++) {
    const answer = await ask(tool, args, undefined, continuation)
    if (answer.kind !== 'asks') return
    const unrelated = tools.get('test_mrtr_unrelated')
    if (unrelated !== undefined) await ask(unrelated, {})
    continuation = { inputResponses: answers(answer.inputRequests), requestState: answer.requestState }
  }
}

function ask(tool: ReleaseTool, args: JsonObject, other?: OtherRequest, continuation?: Continuation): Promise<UpstreamAnswer> {
  return account.with((credential) =>
    upstream.call({
      callId: newId('call'),
      connector: 'con_conformance',
      release,
      target,
      tool,
      arguments: args,
      credential,
      poolKey: `alice ${credential?.id ?? ''}`,
      assistantEra: found.era,
      origins,
      timeoutMs: 20_000,
      maxBytes: 4 * 1024 * 1024,
      signal: forever,
      capabilities,
      ...(other === undefined ? {} : { other }),
      ...(continuation === undefined ? {} : { continuation }),
    }),
  )
}

/** What a person and their assistant answer: they take every default, and give something where there is none. */
function answers(requests: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(requests).map(([key, request]) => {
      const { method, params } = request as { readonly method: string; readonly params?: JsonObject }
      if (method === 'roots/list') return [key, { roots: [{ uri: 'file:///home/alice', name: 'home' }] }]
      if (method === 'sampling/createMessage')
        return [key, { role: 'assistant', model: 'a model', stopReason: 'endTurn', content: { type: 'text', text: 'Paris' } }]
      return [key, { action: 'accept', content: argumentsOf(params?.['requestedSchema'], true) }]
    }),
  )
}

function reviewed(tool: JsonObject & { readonly name: string; readonly inputSchema: JsonObject }): ReleaseTool {
  return { name: tool.name, description: '', inputSchema: tool.inputSchema as ReleaseTool['inputSchema'], effect: 'read', consequential: false }
}

function argumentsFor(tool: ReleaseTool): JsonObject {
  return argumentsOf(tool.inputSchema as JsonObject, false)
}

function argumentsOf(schema: Json | undefined, all: boolean): JsonObject {
  if (!isObject(schema) || !isObject(schema['properties'])) return {}
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  return Object.fromEntries(
    Object.entries(schema['properties'])
      .filter(([name]) => all || required.includes(name))
      .map(([name, property]) => [name, somethingFor(property)]),
  )
}

function somethingFor(property: Json | undefined): Json {
  if (!isObject(property)) return 'text'
  if (property['default'] !== undefined) return property['default']
  if (Array.isArray(property['enum'])) return property['enum'][0] ?? ''
  const { type } = property
  return type === 'integer' || type === 'number' ? 5 : type === 'boolean' ? true : type === 'array' ? [] : type === 'object' ? {} : 'text'
}

function promptArguments(prompt: JsonObject): JsonObject {
  const declared = Array.isArray(prompt['arguments']) ? prompt['arguments'] : []
  return Object.fromEntries(
    declared.flatMap((argument) => (isObject(argument) && argument['required'] === true ? [[String(argument['name']), 'text']] : [])),
  )
}
