import { readFileSync, writeFileSync } from 'node:fs'
import { clientConfigurations, manifest as manifestShape } from '@handfast/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { handfast, temporaryFolder } from '../../../test/command.ts'
import { readRunnerFile } from '../../runner/index.ts'
import type { Documents } from './from-actions.ts'
import { readDrafts } from './read-drafts.ts'

const noDocuments: Documents = {
  fetch: () => Promise.reject(new Error('nothing is fetched here')),
  read: async () => ({
    title: 'Weather',
    description: 'Tells it.',
    url: 'https://api.weather.example',
    credential: { type: 'none' },
    usable: 1,
    operations: 2,
  }),
}
const draftsOf = async (content: unknown) =>
  (await readDrafts(typeof content === 'string' ? content : JSON.stringify(content), 'a file', noDocuments)).drafts
const secret = 'canary-3c1d'

describe('an import', () => {
  it.each(clientConfigurations('https://connect.example.org/mcp', secret))(
    'reads back what $name is told to paste, without the key',
    async ({ text }) => {
      const [draft] = await draftsOf(text)

      expect(draft?.manifest).toMatchObject({ slug: 'handfast', kind: 'mcp', url: 'https://connect.example.org/mcp', credential: { type: 'bearer' } })
      expect(draft?.remarks).toMatchObject([{ level: 'todo', pointer: expect.stringContaining('/headers/Authorization') }])
      expect(JSON.stringify(draft)).not.toContain(secret)
    },
  )

  it("takes an assistant's file with comments, and says of each server what is left to do", async () => {
    const drafts = await draftsOf(`{
      // kept by hand
      "servers": {
        "Tickets": { "type": "http", "url": "https://tickets.example/mcp?key=${secret}", "headers": { "X-Api-Key": "${secret}", "X-Team": "a" } },
        "old": { "type": "sse", "url": "https://old.example/sse" },
        "files": { "command": "npx", "args": ["-y", "files-server", "\${workspaceFolder}"], "env": { "TOKEN": "${secret}" } },
        "here": { "url": "http://\${input:host}/mcp" },
        "odd": { "url": "file:///etc/passwd" },
        "empty": {},
      },
    }`)

    expect(drafts.map(({ slug, manifest, runner }) => [slug, manifest?.url ?? null, runner?.passEnv ?? null])).toEqual([
      ['tickets', 'https://tickets.example/mcp', null],
      ['old', 'https://old.example/sse', null],
      ['files', 'http://127.0.0.1:4480/files/mcp', ['TOKEN']],
      ['here', null, null],
      ['odd', null, null],
      ['empty', null, null],
    ])
    expect(drafts[0]?.manifest?.credential).toEqual({ type: 'header', name: 'X-Api-Key' })
    expect(drafts.map(({ remarks }) => remarks.map(({ pointer }) => pointer))).toEqual([
      ['/servers/Tickets/url', '/servers/Tickets/headers/X-Api-Key', '/servers/Tickets/headers/X-Team'],
      ['/servers/old/type'],
      ['/servers/files/command', '/servers/files/env', '/servers/files/args'],
      ['/servers/here/url'],
      ['/servers/odd/url'],
      ['/servers/empty'],
    ])
    expect(JSON.stringify(drafts)).not.toContain(secret)
  })

  it('takes entries of a registry: addresses filled in, packages for a runner, deleted ones not at all', async () => {
    const official = (status: string) => ({ 'io.modelcontextprotocol.registry/official': { status, isLatest: true } })
    const drafts = await draftsOf({
      servers: [
        {
          server: {
            name: 'com.example/desk',
            title: 'Desk',
            description: 'Books tables.',
            version: '1.0.0',
            remotes: [
              { type: 'sse', url: 'https://desk.example/sse' },
              {
                type: 'streamable-http',
                url: 'https://{region}.desk.example/mcp',
                variables: { region: { choices: ['eu', 'us'] } },
                headers: [{ name: 'Authorization', value: 'Bearer {token}', isSecret: true, isRequired: true }],
              },
            ],
          },
          _meta: official('active'),
        },
        {
          server: {
            name: 'io.github.someone/files',
            description: 'Reads files.',
            version: '2.1.0',
            packages: [
              {
                registryType: 'npm',
                identifier: '@someone/files',
                version: '2.1.0',
                transport: { type: 'stdio' },
                packageArguments: [
                  { type: 'named', name: '--root', value: '/srv' },
                  { type: 'positional', valueHint: 'folder' },
                ],
                environmentVariables: [{ name: 'FILES_TOKEN', isSecret: true }],
              },
            ],
          },
          _meta: official('deprecated'),
        },
        {
          server: { name: 'com.example/gone', description: 'x', version: '1', remotes: [{ type: 'streamable-http', url: 'https://x.example/mcp' }] },
          _meta: official('deleted'),
        },
        {
          server: {
            name: 'com.example/open',
            description: 'x',
            version: '1',
            remotes: [{ type: 'streamable-http', url: 'https://{tenant}.x.example/mcp' }],
          },
        },
        { server: { name: 'nothing', description: 'x', version: '1' } },
      ],
    })

    expect(drafts.map(({ manifest, runner }) => [manifest?.url ?? null, runner])).toEqual([
      ['https://eu.desk.example/mcp', null],
      ['http://127.0.0.1:4480/files/mcp', { command: 'npx', args: ['-y', '@someone/files@2.1.0', '--root', '/srv'], passEnv: ['FILES_TOKEN'] }],
      [null, null],
      [null, null],
      [null, null],
    ])
    expect(drafts[0]?.manifest).toMatchObject({ name: 'Desk', description: 'Books tables.', credential: { type: 'bearer' } })
    expect(drafts.map(({ remarks }) => remarks.map(({ level }) => level))).toEqual([
      ['note', 'todo'],
      ['note', 'todo', 'todo'],
      ['unusable'],
      ['unusable'],
      ['unusable'],
    ])
  })

  it('starts no program by an identifier that is an option', async () => {
    const [draft] = await draftsOf({
      name: 'com.example/x',
      packages: [{ registryType: 'oci', identifier: '--privileged', transport: { type: 'stdio' } }],
    })

    expect(draft).toMatchObject({ manifest: null, runner: null, remarks: [{ level: 'unusable' }] })
  })

  it.each([
    [{ type: 'none' }, { type: 'none' }],
    [{ type: 'service_http', authorization_type: 'bearer', verification_tokens: { x: secret } }, { type: 'bearer' }],
    [{ type: 'user_http', authorization_type: 'basic' }, { type: 'basic' }],
    [
      { type: 'service_http', authorization_type: 'custom', custom_auth_header: 'X-Key' },
      { type: 'header', name: 'X-Key' },
    ],
    [
      { type: 'oauth', client_url: 'https://login.example/authorize', authorization_url: 'https://login.example/token', scope: 'read write' },
      {
        type: 'oauth2',
        issuer: 'https://login.example',
        authorizationEndpoint: 'https://login.example/authorize',
        tokenEndpoint: 'https://login.example/token',
        scopes: ['read', 'write'],
      },
    ],
  ])('takes an Action that authenticates by %j', async (auth, credential) => {
    const raw_spec = JSON.stringify({ openapi: '3.1.0', info: { title: 'Weather', version: '1' }, paths: {} })
    const [draft] = await draftsOf({
      tools: [
        { type: 'plugins_prototype', metadata: { domain: 'weather.example', raw_spec, auth, privacy_policy_url: 'https://weather.example/privacy' } },
      ],
    })

    expect(draft?.manifest).toMatchObject({
      kind: 'openapi',
      url: 'https://api.weather.example',
      credential,
      privacyNoticeUrl: 'https://weather.example/privacy',
    })
    expect(draft?.document).toBe(raw_spec)
    expect(manifestShape.safeParse(draft?.manifest).error?.issues ?? []).toEqual([])
    expect(JSON.stringify(draft?.manifest)).not.toContain(secret)
  })

  it('says what it does not know, and never falls over', async () => {
    await expect(draftsOf('{"a": 1}')).rejects.toThrow('a file is none of these')
    await expect(draftsOf('['.repeat(10_000))).rejects.toThrow('none of these')
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue({ maxDepth: 6 }),
        fc.constantFrom('mcpServers', 'servers', 'tools', 'actions', 'remotes', 'packages'),
        async (value, name) => {
          const drafts = await draftsOf({ name: 'a/b', [name]: value }).catch((error: Error) => error.name)
          if (drafts === 'UsageError') return
          for (const { manifest, remarks } of drafts as Exclude<typeof drafts, string>) {
            if (manifest === null) expect(remarks.some(({ level }) => level === 'unusable')).toBe(true)
            else expect(manifestShape.safeParse(manifest).success).toBe(true)
          }
        },
      ),
    )
  })
})

describe('handfast import', { timeout: 60_000 }, () => {
  it('writes drafts and a runner file that are read again, and overwrites nothing', async () => {
    using folder = temporaryFolder()
    const file = folder.in('mcp.json')
    writeFileSync(file, JSON.stringify({ mcpServers: { Desk: { url: 'https://desk.example/mcp' }, desk: { command: 'npx', args: ['desk'] } } }))

    const first = await handfast(['import', file, '--to', folder.in('out'), '--json'])
    const second = await handfast(['import', file, '--to', folder.in('out')])

    expect(first.code).toBe(0)
    expect(first.json()).toMatchObject({ format: 'client file', drafts: [{ slug: 'desk' }, { slug: 'desk-2', runner: true }] })
    expect(manifestShape.parse(parse(readFileSync(folder.in('out/desk/manifest.yaml'), 'utf8'))).url).toBe('https://desk.example/mcp')
    expect(Object.keys(readRunnerFile(folder.in('out/runner.yaml')).servers)).toEqual(['desk-2'])
    expect(second.code).toBe(2)
    expect(second.err).toContain('is there already')
  })
})
