import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { databases } from '../../test/databases.ts'
import { serve } from '../../test/loopback-server.ts'
import { proves } from '../../test/proves.ts'
import { Town } from '../../test/town.ts'
import { HOUR, type Json, MINUTE } from '../lib/index.ts'

proves('files/own', 'directory/digest')

const string = { type: 'string' }
const json = (schema: Json): Json => ({ content: { 'application/json': { schema } } })
const reads = { 'x-openai-isConsequential': false }

/** A harbour office that takes photos, hands plans out, and is not always what its document says. */
function harbour(origin: string, elsewhere?: string): string {
  return JSON.stringify({
    openapi: '3.1.0',
    servers: [{ url: origin }],
    paths: {
      '/boats': {
        get: {
          operationId: 'listBoats',
          responses: { 200: json({ type: 'object', required: ['boats'], properties: { boats: { type: 'array' } } }) },
        },
      },
      '/photos': {
        post: {
          operationId: 'addPhoto',
          ...reads,
          requestBody: {
            content: {
              'multipart/form-data': { schema: { type: 'object', properties: { boat: string, photo: { type: 'string', format: 'binary' } } } },
            },
          },
        },
      },
      '/letters': {
        post: {
          operationId: 'readLetters',
          ...reads,
          requestBody: json({ type: 'object', properties: { openaiFileIdRefs: { type: 'array', items: string } } }),
        },
      },
      '/plan': { get: { operationId: 'getPlan' } },
      '/crane': { ...(elsewhere === undefined ? {} : { servers: [{ url: elsewhere }] }), get: { operationId: 'getCrane' } },
    },
  })
}

type Answer = (path: string, response: ServerResponse, body: string) => void

async function openHarbour(answer: Answer) {
  return serve((request, response, body) => answer(request.url ?? '', response, body))
}

async function files(town: Town, token: string, method: 'GET' | 'POST', path: string, body?: object): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
  return fetch(path.startsWith('http') ? path : `${town.url}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

const photo = { name: 'heron.png', mediaType: 'image/png', data: Buffer.from('not really a photo').toString('base64') }

describe.each(databases)('an Action on $name', (kind) => {
  it('takes files that a person handed over, and nobody else can name or fetch them', async () => {
    await using api = await openHarbour((_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{}'))
    await using town = await Town.open(kind)
    await town.publishes('harbour', api.origin, { kind: 'openapi' }, harbour(api.origin))
    await town.enables(town.alice, 'harbour')
    await town.enables(town.bob, 'harbour')

    const handed = (await (await files(town, town.alice.token, 'POST', '/api/v1/files', photo)).json()) as { readonly id: string }
    const told = await town.alice.mcp.call('harbour_addPhoto', { boat: 'Heron', photo: { file: handed.id } })
    const stolen = await town.bob.mcp.call('harbour_addPhoto', { boat: 'Heron', photo: { file: handed.id } })

    expect(told.body.result.isError).toBeUndefined()
    const sent = api.requests.filter(({ path }) => path === '/photos')
    expect(sent).toHaveLength(1)
    expect(sent[0]?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/)
    expect(sent[0]?.body).toContain('name="photo"; filename="heron.png"\r\nContent-Type: image/png\r\n\r\nnot really a photo\r\n')
    expect(stolen.body.result).toMatchObject({ isError: true, _meta: { 'dev.handfast/refusal': { code: 'openapi/argument' } } })
    expect((await files(town, town.alice.token, 'GET', `/api/v1/files/${handed.id}`)).status).toBe(200)
    expect((await files(town, town.bob.token, 'GET', `/api/v1/files/${handed.id}`)).status).toBe(404)
    await town.clock.advance(HOUR)
    expect((await files(town, town.alice.token, 'GET', `/api/v1/files/${handed.id}`)).status).toBe(404)
  })

  it('gives the API links to files, good for five minutes and for nothing else', async () => {
    const links: string[] = []
    await using api = await openHarbour((_, response, body) => {
      for (const ref of (JSON.parse(body) as { openaiFileIdRefs: { download_link: string }[] }).openaiFileIdRefs) links.push(ref.download_link)
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
    await using town = await Town.open(kind)
    await town.publishes('harbour', api.origin, { kind: 'openapi' }, harbour(api.origin))
    await town.enables(town.alice, 'harbour')
    const handed = (await (await files(town, town.alice.token, 'POST', '/api/v1/files', photo)).json()) as { readonly id: string }

    await town.alice.mcp.call('harbour_readLetters', { openaiFileIdRefs: [handed.id] })

    const [link = ''] = links
    const fetched = await fetch(link)
    expect([fetched.status, fetched.headers.get('content-type'), fetched.headers.get('content-disposition'), await fetched.text()]).toEqual([
      200,
      'image/png',
      'attachment; filename="heron.png"',
      'not really a photo',
    ])
    const at = link.length - 20
    expect((await fetch(`${link.slice(0, at)}${link[at] === 'A' ? 'B' : 'A'}${link.slice(at + 1)}`)).status).toBe(404)
    await town.clock.advance(5 * MINUTE)
    expect((await fetch(link)).status).toBe(404)
  })

  it('answers with a link to what is too large for an assistant, which the person alone can follow', async () => {
    const plan = Buffer.alloc(400_000, 'x')
    await using api = await openHarbour(
      (_, response) =>
        void response
          .writeHead(200, { 'content-type': 'text/html-like+bytes', 'content-disposition': 'attachment; filename="plan é.html"' })
          .end(plan),
    )
    await using town = await Town.open(kind)
    await town.publishes('harbour', api.origin, { kind: 'openapi' }, harbour(api.origin))
    await town.enables(town.alice, 'harbour')

    const { content } = (await town.alice.mcp.call('harbour_getPlan')).body.result

    expect(content).toMatchObject([{ type: 'resource_link', name: 'plan é.html', size: 400_000 }])
    const fetched = await files(town, town.alice.token, 'GET', content[0].uri)
    // A page of strangers never runs under our address.
    expect(fetched.headers.get('content-type')).toBe('application/octet-stream')
    expect(fetched.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''plan%20%C3%A9.html")
    expect(Buffer.from(await fetched.arrayBuffer()).equals(plan)).toBe(true)
    expect((await files(town, town.bob.token, 'GET', content[0].uri)).status).toBe(404)
    expect((await fetch(content[0].uri)).status).toBe(401)
  })

  it('keeps files that stand inside an answer, and gives the assistant links instead of bytes', async () => {
    const returned = { openaiFileResponse: [{ name: '../plan.pdf', mime_type: 'application/pdf', content: Buffer.from('%PDF').toString('base64') }] }
    await using api = await openHarbour(
      (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(returned)),
    )
    await using town = await Town.open(kind)
    await town.publishes('harbour', api.origin, { kind: 'openapi' }, harbour(api.origin))
    await town.enables(town.alice, 'harbour')

    const { content, structuredContent } = (await town.alice.mcp.call('harbour_getPlan')).body.result

    expect(content[1]).toMatchObject({ type: 'resource_link', name: 'plan.pdf', mimeType: 'application/pdf', size: 4 })
    expect(structuredContent.openaiFileResponse).toEqual([
      { name: 'plan.pdf', mime_type: 'application/pdf', content: '', download_link: content[1].uri },
    ])
    expect(await (await files(town, town.alice.token, 'GET', content[1].uri)).text()).toBe('%PDF')
  })

  it('passes answers on that its document does not describe, marked, unless its developer wants them refused', async () => {
    await using api = await openHarbour((_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"ships":[]}'))
    await using town = await Town.open(kind)
    await town.publishes('harbour', api.origin, { kind: 'openapi' }, harbour(api.origin))
    await town.publishes('strict', api.origin, { kind: 'openapi', answers: 'strict' }, harbour(api.origin))
    await town.enables(town.alice, 'harbour')
    await town.enables(town.alice, 'strict')

    const lenient = await town.alice.mcp.call('harbour_listBoats')
    const strict = await town.alice.mcp.call('strict_listBoats')

    expect(lenient.body.result).toMatchObject({
      structuredContent: { ships: [] },
      _meta: { 'dev.handfast/unchecked': { pointer: '/boats', message: 'is required' } },
    })
    expect(strict.body.result).toMatchObject({ isError: true, _meta: { 'dev.handfast/refusal': { code: 'gateway/invalid-answer' } } })
    // Whoever promises nothing declares no output schema: assistants refuse answers that break one.
    const { tools } = (await town.alice.mcp.modern('tools/list')).body.result
    const listed = (name: string) => tools.find((tool: { readonly name: string }) => tool.name === name)
    expect(listed('harbour_listBoats')).not.toHaveProperty('outputSchema')
    expect(listed('strict_listBoats')).toHaveProperty('outputSchema')
  })

  it('goes to a server of its own only as it was reviewed', async () => {
    await using crane = await openHarbour((_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"lifts":9}'))
    await using api = await openHarbour((_, response) => void response.writeHead(500).end())
    await using town = await Town.open(kind)
    const id = await town.publishes('harbour', api.origin, { kind: 'openapi' }, harbour(api.origin, crane.origin))
    await town.enables(town.alice, 'harbour')

    const told = await town.alice.mcp.call('harbour_getCrane')

    expect(told.body.result.structuredContent).toEqual({ lifts: 9 })
    const { origins } = await town.app.rooms.directory.standing(id)
    expect([...origins].toSorted()).toEqual([api.origin, crane.origin].toSorted())
    const [release] = await town.app.rooms.directory.releases(town.app.workspace, id)
    const { findings } = await town.app.rooms.directory.release(town.app.workspace, id, release?.number ?? 0)
    expect(findings).toContainEqual(expect.objectContaining({ rule: 'operation-server', message: expect.stringContaining(crane.origin) }))
  })
})

describe.each(databases)('a document with an overlay on $name', (kind) => {
  it('is kept untouched beside it, both by their digests', async () => {
    await using town = await Town.open(kind)
    const { directory, review } = town.app.rooms
    const { workspace } = town.app
    const connector = await directory.create({
      workspace,
      developer: town.developer,
      slug: 'harbour',
      kind: 'openapi',
      name: 'Harbour',
      by: town.olga.user,
    })
    const document = harbour('https://harbour.example')
    const overlay = stringify({
      overlay: '1.0.0',
      info: { title: 'o', version: '1' },
      actions: [
        { target: "$.paths['/plan'].get", update: { operationId: 'readPlan' } },
        { target: "$.paths['/gone']", remove: true },
      ],
    })
    const manifest = {
      ...{ slug: 'harbour', name: 'Harbour', kind: 'openapi', url: 'https://harbour.example', description: 'The harbour.' },
      operations: { include: ['readPlan'] },
    }

    const standing = await directory.standing(connector)
    const submitted = await review.submit({ standing, developerName: 'Heron Ltd', by: town.olga.user, manifest, document, overlay, key: null })

    const release = await directory.release(workspace, connector, submitted.number)
    expect(submitted).toMatchObject({ tools: 1, notChosen: 4, left: [] })
    expect(submitted.findings).toContainEqual(expect.objectContaining({ rule: 'overlay-idle', severity: 'warns', pointer: '/overlay/actions/1' }))
    expect(release).toMatchObject({ source: document, overlay, content: { tools: [{ name: 'readPlan' }] } })
    const [entry] = await town.entries(submitted.id)
    expect(entry).toMatchObject(release.content.described ?? { documentSha256: 'absent' })
  })
})
