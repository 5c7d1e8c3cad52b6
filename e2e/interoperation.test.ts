import { describe, expect, it } from 'vitest'
import { databases } from '../server/test/databases.ts'
import { Town } from '../server/test/town.ts'
import { publicClients, tryOut } from './interop/public-clients.ts'
import { publicServers, type Serving } from './interop/public-servers.ts'

const [embedded] = databases.filter(({ name }) => name === 'sqlite')

// Generated page. To renew it: npm test -- e2e/interoperation.test.ts --update
describe('clients and servers that others publish', () => {
  it('get along through the gateway, each with each, or docs/interoperation.md says why not', { timeout: 600_000 }, async () => {
    if (embedded === undefined) throw new Error('there is no embedded database')
    await using town = await Town.open(embedded, { settings: { sseConnectors: true } })
    const open: Serving[] = []
    await using _all = { [Symbol.asyncDispose]: async () => void (await Promise.all(open.map((one) => one[Symbol.asyncDispose]()))) }
    // All start at once; handed in are they one by one, for each review has its own time.
    const started = await Promise.allSettled(publicServers.map((server) => server.open()))
    // Those that started are ended, whatever the others did.
    for (const one of started) if (one.status === 'fulfilled') open.push(one.value)
    for (const one of started) if (one.status === 'rejected') throw one.reason
    for (const [at, server] of publicServers.entries()) await publish(town, server, open[at] as Serving)
    await town.app.rooms.choices.setLevel(town.person(town.alice), '*', 'never')

    const columns = await Promise.all(
      publicClients.map(async (kind) => {
        await using client = await kind.open(`${town.url}/mcp`, town.alice.token)
        const tools = await client.tools()
        const cells: (string | null)[] = []
        for (const server of publicServers) cells.push(await tryOut(client, tools, server))
        return cells
      }),
    )

    await expect(page(columns)).toMatchFileSnapshot('../docs/interoperation.md')
    expect(columns.flat().filter((cell) => cell !== null)).toEqual([])
  })
})

async function publish(town: Town, server: (typeof publicServers)[number], { url, key }: Serving): Promise<void> {
  const id = await town.publishes(server.slug, url, key === undefined ? {} : { credential: { type: 'bearer' } }, null, key ?? null)
  if (key !== undefined) {
    const { origins } = await town.app.rooms.directory.standing(id)
    await town.app.rooms.vault.put({ workspace: town.app.workspace, user: null }, id, key, origins, town.olga.user)
  }
  await town.enables(town.alice, server.slug)
}

function page(columns: readonly (readonly (string | null)[])[]): string {
  const rows = publicServers.map((server, row) => {
    const offers = ['a tool', ...(server.resource === undefined ? [] : ['a resource']), ...(server.prompt === undefined ? [] : ['a prompt'])]
    const cells = columns.map((cells) => cells[row] ?? 'works')
    return `| ${server.title} | ${server.over} | ${offers.join(', ')} | ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  })
  return `# Interoperation

Clients and servers that others publish, each with each, through one Handfast: the servers are its connectors, all of them enabled by one user, and the
clients are assistants at \`/mcp\`. *Works* means that the client found the server's tool in the merged list and called it, and read its resource and got its
prompt, where it has one. Servers that speak only HTTP+SSE of 2024 are reached where the operator says so (\`HANDFAST_SSE_CONNECTORS=true\`).
A test writes this page and fails when a word of it changes: \`e2e/interoperation.test.ts\`.

| server | over | asked for | ${publicClients.map(({ title }) => title).join(' | ')} |
|---|---|---|${publicClients.map(() => '---|').join('')}
${rows.join('\n')}

The official library 2.x publishes no server that shows everything, and fastmcp and tmcp are libraries: what is named "a server on" one of them is a small
server of this repository that is built on nothing else. fastmcp has no client. The public conformance suite is another matter: \`npm run conformance\`.
`
}
