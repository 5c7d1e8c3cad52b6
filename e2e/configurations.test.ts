import { clientConfigurations, type ManifestInput } from '@handfast/contract'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { documentsThrough } from '../server/src/cli/import/documents.ts'
import { readDrafts } from '../server/src/cli/import/read-drafts.ts'
import { databases } from '../server/test/databases.ts'
import { type LoopbackServer, serve } from '../server/test/loopback-server.ts'
import { ToolsCaller } from '../server/test/tools-caller.ts'
import { Town } from '../server/test/town.ts'
import { type Echo, startEcho } from './fixtures/echo-connector.ts'

const documents = documentsThrough({ dangerouslyAllowPrivateAddresses: true })

async function manifestOf(text: string): Promise<{ readonly manifest: ManifestInput; readonly document: string | null }> {
  const { drafts } = await readDrafts(text, 'a configuration', documents)
  const [draft] = drafts
  if (draft?.manifest == null) throw new Error(`no draft came of ${text}: ${JSON.stringify(drafts)}`)
  return { manifest: draft.manifest, document: draft.document ?? null }
}

/** Where a configuration leads, told by an official client that knows nothing but the address and a token. */
async function callsAt(url: string, token: string, tool: string): Promise<unknown> {
  const client = new Client({ name: 'a configured assistant', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { authorization: `Bearer ${token}` } } }))
  try {
    return (await client.callTool({ name: tool, arguments: { text: 'round trip' } })).content
  } finally {
    await client.close()
  }
}

/** What an assistant finds in its configuration, wherever in it that stands. */
function bearerIn(text: string): string {
  const found = /Bearer ([\w-]+)/.exec(text)?.[1]
  if (found === undefined) throw new Error('the configuration has no token')
  return found
}

const said = [{ type: 'text', text: 'round trip' }]

// The embedded database alone: what is told here is about texts, and other promises hold both.
describe.each(databases.filter(({ name }) => name === 'sqlite'))('a configuration makes the round trip, on $name:', (kind) => {
  let town: Town
  let echo: Echo
  let api: LoopbackServer
  beforeAll(async () => {
    echo = await startEcho()
    api = await serve((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://api.example')
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ said: searchParams.get('text'), as: request.headers['x-api-key'] ?? null }))
    })
    town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')
  })
  afterAll(async () => {
    await town[Symbol.asyncDispose]()
    await echo.close()
    await api[Symbol.asyncDispose]()
  })

  it('printed ones cover Claude Code, Cursor, VS Code and the file that everybody else reads', () => {
    expect(clientConfigurations(`${town.url}/mcp`, town.alice.token).map(({ id }) => id)).toEqual(['claude-code', 'cursor', 'vs-code', 'json'])
  })

  it.each(['claude-code', 'cursor', 'vs-code', 'json'] as const)(
    'the one printed for %s leads to a call, and is read back as the connector that it is',
    async (id) => {
      const { text } = clientConfigurations(`${town.url}/mcp`, town.alice.token).find((one) => one.id === id) ?? { text: '' }

      const { manifest } = await manifestOf(text)
      const content = await callsAt(manifest.url, bearerIn(text), 'echo_echo')

      expect(content).toEqual(said)
      expect(manifest).toMatchObject({ url: `${town.url}/mcp`, kind: 'mcp', credential: { type: 'bearer' } })
      expect(JSON.stringify(manifest)).not.toContain(town.alice.token)
    },
  )

  it('an mcp.json that names a connector becomes one that is published, and the same file comes out for it', async () => {
    const given = JSON.stringify({ mcpServers: { Parrot: { type: 'http', url: echo.url } } })

    const { manifest } = await manifestOf(given)
    await town.publishes(manifest.slug, manifest.url, { ...manifest, privacyNotice: 'It keeps nothing.' })
    await town.enables(town.alice, manifest.slug)
    const [printed] = clientConfigurations(`${town.url}/mcp/${manifest.slug}`, town.alice.token).filter(({ id }) => id === 'json')
    const again = await manifestOf(printed?.text ?? '')

    expect(manifest.slug).toBe('parrot')
    expect(await callsAt(again.manifest.url, town.alice.token, 'echo')).toEqual(said)
  })

  it('our registry is read back by the import, and its address leads to the connector', async () => {
    const listed = await new ToolsCaller(town.url, town.alice.token).get('/registry/v0.1/servers?search=echo')

    const { manifest } = await manifestOf(JSON.stringify(listed.body))
    const content = await callsAt(manifest.url, town.alice.token, 'echo')

    expect(manifest).toMatchObject({ name: 'echo', url: expect.stringMatching(/\/mcp\/echo$/) })
    expect(content).toEqual(said)
  })

  it('a GPT action with its authentication becomes a connector that sends the key where the action did', async () => {
    const parameters = [{ name: 'text', in: 'query', required: true, schema: { type: 'string' } }]
    const raw_spec = JSON.stringify({
      openapi: '3.1.0',
      info: { title: 'Sayings', version: '1' },
      servers: [{ url: api.origin }],
      paths: { '/say': { get: { operationId: 'say', parameters, responses: { 200: { description: 'said' } } } } },
    })
    const auth = { type: 'user_http', authorization_type: 'custom', custom_auth_header: 'X-Api-Key' }
    const action = { tools: [{ type: 'plugins_prototype', metadata: { domain: 'sayings.example', raw_spec, auth } }] }

    const { manifest, document } = await manifestOf(JSON.stringify(action))
    const id = await town.publishes(manifest.slug, manifest.url, { ...manifest, privacyNotice: 'It keeps nothing.' }, document)
    const { origins } = await town.app.rooms.directory.standing(id)
    await town.app.rooms.vault.put(town.person(town.alice), id, 'the-key', origins, town.alice.user)
    await town.enables(town.alice, manifest.slug)
    const content = (await callsAt(`${town.url}/mcp/${manifest.slug}`, town.alice.token, 'say')) as readonly { readonly text: string }[]

    expect(manifest).toMatchObject({ kind: 'openapi', url: api.origin, credential: { type: 'header', name: 'X-Api-Key' } })
    expect(JSON.parse(content[0]?.text ?? '')).toEqual({ said: 'round trip', as: 'the-key' })
  })

  it('a plain client needs the address and the token, and nothing of a library', async () => {
    const told = await town.alice.mcp.call('echo_echo', { text: 'round trip' })

    expect(told.body.result.content).toEqual(said)
  })
})
