import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { startEcho } from '../../../e2e/fixtures/echo-connector.ts'
import { handfast, serving, temporaryFolder } from '../../test/command.ts'
import { McpCaller } from '../../test/mcp-caller.ts'

const manifest = (url: string) => ({
  slug: 'echo',
  name: 'Echo',
  kind: 'mcp',
  url,
  description: 'Says it again.',
  privacyNotice: 'Echo keeps nothing.',
})

function platform(url: string, change: object = {}) {
  return {
    operator: { email: 'olga@example.org', name: 'Olga' },
    users: [{ email: 'ana@example.org', name: 'Ana', roles: ['auditor'] }],
    assistants: [{ name: 'Claude', user: 'ana@example.org', tokenFile: 'token' }, { name: 'Helper' }],
    registrations: [
      { name: 'House service', redirectUris: ['https://service.example/cb'], clientId: 'house-service', secret: true, secretFile: 'secret' },
      { name: 'Desktop', redirectUris: ['http://127.0.0.1/cb'] },
    ],
    developer: { name: 'Echo Ltd', country: 'IE', acceptTerms: true },
    connectors: [{ manifest: manifest(url), enableFor: ['ana@example.org'] }],
    ...change,
  }
}

describe('handfast apply', { timeout: 120_000 }, () => {
  it('says first what it would do, does it, and finds nothing to do the second time', async () => {
    await using echo = await startEcho()
    using folder = temporaryFolder()
    const settings = { HANDFAST_DATA: folder.in('data'), HANDFAST_ALLOW_INTERNAL: `echo=${new URL(echo.url).host}` }
    const file = folder.in('platform.yaml')
    writeFileSync(file, stringify(platform(echo.url)))

    const would = await handfast(['apply', '-f', file, '--dry-run', '--json'], settings)
    const did = await handfast(['apply', '-f', file, '--json'], settings)
    const asked = echo.requests.length
    const again = await handfast(['apply', '-f', file, '--json'], settings)

    expect(would.json()).toMatchObject({ applied: false, links: [], tokens: [] })
    expect(did.json()).toMatchObject({
      applied: true,
      changes: would.json()['changes'],
      links: [{ email: 'olga@example.org' }, { email: 'ana@example.org' }],
      tokens: [
        { assistant: 'Claude', file: folder.in('token') },
        { assistant: 'Helper', token: expect.stringMatching(/^hfp_/) },
      ],
      registrations: [
        { assistant: 'House service', clientId: 'house-service', file: folder.in('secret') },
        { assistant: 'Desktop', clientId: expect.any(String) },
      ],
    })
    expect(again.json()).toMatchObject({ changes: [], links: [], tokens: [] })
    expect(echo.requests.length).toBe(asked)
    expect([statSync(folder.in('token')), statSync(folder.in('secret'))].map(({ mode }) => mode & 0o777)).toEqual([0o600, 0o600])
    expect(readFileSync(folder.in('secret'), 'utf8')).toMatch(/^hfc_/)
  })

  it('leaves a house in which a call goes through, and follows what the file says next', async () => {
    await using echo = await startEcho()
    using folder = temporaryFolder()
    const settings = { HANDFAST_DATA: folder.in('data'), HANDFAST_ALLOW_INTERNAL: `echo=${new URL(echo.url).host}` }
    const file = folder.in('platform.yaml')
    writeFileSync(file, stringify(platform(echo.url)))
    await handfast(['apply', '-f', file], settings)
    await using server = await serving(settings)

    const token = readFileSync(folder.in('token'), 'utf8').trim()
    const told = await new McpCaller(server.url, token).call('echo_echo', { text: 'hello' })
    const users = [{ email: 'ana@example.org', name: 'Ana Alvarez' }]
    writeFileSync(
      file,
      stringify(platform(echo.url, { users, connectors: [{ manifest: { ...manifest(echo.url), description: 'Says it twice.' } }] })),
    )
    const next = await handfast(['apply', '-f', file, '--json'], settings)
    const shown = await handfast(['connector', 'show', 'echo', '--json'], settings)

    expect(told.body.result).toMatchObject({ content: [{ type: 'text', text: 'hello' }] })
    expect(next.json()).toMatchObject({
      changes: ['change name and roles of ana@example.org', 'hand in a release of echo', 'approve that release of echo'],
    })
    expect(shown.json()).toMatchObject({ status: 'live', description: 'Says it twice.', inside: { releases: [{ number: 2 }, { number: 1 }] } })
  })

  it('reports everything that is wrong with a file at once, and changes nothing', async () => {
    using folder = temporaryFolder()
    const settings = { HANDFAST_DATA: folder.in('data') }
    const [shape, content] = [folder.in('shape.yaml'), folder.in('content.yaml')]
    writeFileSync(shape, 'operator: { email: nobody, name: Olga }\nusers: { }\nconectors: []\n')
    const connectors = [{ manifest: 'missing.yaml' }, { manifest: { slug: 'A' }, sharedKey: { env: 'NOT_SET_ANYWHERE' } }]
    writeFileSync(content, stringify(platform('https://echo.example', { connectors })))

    const [shaped, filled] = [await handfast(['apply', '-f', shape], settings), await handfast(['apply', '-f', content], settings)]

    expect([shaped.code, filled.code]).toEqual([2, 2])
    for (const said of ['operator.email', 'users', 'conectors']) expect(shaped.err).toContain(said)
    for (const said of ['missing.yaml does not exist', '/slug', '/description', 'NOT_SET_ANYWHERE']) expect(filled.err).toContain(said)
    expect((await handfast(['user', 'list'], settings)).err).toContain('Nobody runs this Handfast yet')
  })

  it('keeps what it handed out when a later step is refused, and goes on from there the next time', async () => {
    await using echo = await startEcho()
    using folder = temporaryFolder()
    const settings = { HANDFAST_DATA: folder.in('data') }
    const file = folder.in('platform.yaml')
    writeFileSync(file, stringify(platform(echo.url)))

    const refused = await handfast(['apply', '-f', file, '--json'], settings)
    const then = await handfast(['apply', '-f', file, '--json'], { ...settings, HANDFAST_ALLOW_INTERNAL: `echo=${new URL(echo.url).host}` })

    expect(refused.code).not.toBe(0)
    expect(refused.json()).toMatchObject({
      links: [{ email: 'olga@example.org' }, { email: 'ana@example.org' }],
      error: { code: expect.stringMatching(/\//) },
    })
    expect(then.json()).toMatchObject({ links: [], tokens: [{ assistant: 'Claude' }, { assistant: 'Helper' }] })
  })

  it('prints the schema of its files', async () => {
    const { json } = await handfast(['apply', '--schema'])

    expect(json()).toMatchObject({ title: 'Handfast platform file', properties: { operator: {}, connectors: {} } })
  })
})

describe('handfast assistant', { timeout: 120_000 }, () => {
  it('registers one, shows its secret once, switches it off, and deletes it', async () => {
    using folder = temporaryFolder()
    const settings = { HANDFAST_DATA: folder.path }
    await handfast(['user', 'create', 'olga@example.org'], settings)
    const asks = async (...words: readonly string[]) =>
      (await handfast(['assistant', ...words, '--json'], settings)).json() as Record<string, unknown>

    const made = (await asks('register', 'House service', '--redirect', 'https://service.example/cb', '--secret')) as {
      assistant: { id: string }
      clientSecret: string
    }
    const wrong = await handfast(['assistant', 'register', 'Other', '--redirect', 'http://evil.example/cb'], settings)
    await asks('disable', made.assistant.id)
    const off = await asks('list')
    await asks('delete', made.assistant.id)

    expect(made.clientSecret).toMatch(/^hfc_/)
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('/redirect_uris/0 is plain http to another machine')])
    expect(off).toMatchObject({
      items: [{ name: 'House service', kind: 'registered', authMethod: 'client_secret_basic', disabledAt: expect.any(String) }],
    })
    expect(JSON.stringify(off)).not.toContain(made.clientSecret.slice(4))
    expect(await asks('list')).toEqual({ items: [] })
  })
})

describe('handfast token', { timeout: 120_000 }, () => {
  it('shows a token once, when it is made', async () => {
    using folder = temporaryFolder()
    const settings = { HANDFAST_DATA: folder.path }
    await handfast(['user', 'create', 'olga@example.org'], settings)

    const { token, id } = (await handfast(['token', 'create', '--assistant', 'Claude', '--json'], settings)).json() as { token: string; id: string }
    const listed = await handfast(['token', 'list', '--json'], settings)
    const revoked = await handfast(['token', 'revoke', id], settings)
    const after = await handfast(['token', 'list'], settings)

    expect(token).toMatch(/^hfp_/)
    expect(listed.json()).toMatchObject({ items: [{ id, assistant: { name: 'Claude' }, revokedAt: null }] })
    expect(listed.out).not.toContain(token)
    expect([revoked.code, after.out.includes('revoked')]).toEqual([0, true])
  })
})
