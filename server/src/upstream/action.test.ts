import type { OperationBinding } from '@handfast/contract'
import { describe, expect, it } from 'vitest'
import { serve } from '../../test/loopback-server.ts'
import { proves } from '../../test/proves.ts'
import { json } from '../../test/scripted-connector.ts'
import { callTo, greet, openUpstream } from '../../test/upstream-calls.ts'
import type { Credential, UpstreamCall } from './index.ts'

proves('upstream/eras')

const operation: OperationBinding = {
  method: 'GET',
  path: '/todos/{user}',
  parameters: [
    { argument: 'user', in: 'path', name: 'user', style: 'simple', explode: false, required: true },
    { argument: 'q', in: 'query', name: 'q', style: 'form', explode: true, required: false },
  ],
  pointer: '/paths/~1todos~1{user}/get',
}

function action(origin: string, change: Partial<UpstreamCall> = {}): UpstreamCall {
  const args = { user: 'alice', q: 'a b' }
  return callTo(origin, { target: { kind: 'openapi', url: `${origin}/v1` }, tool: { ...greet, operation }, arguments: args, ...change })
}

const keyed = (placement: Credential['placement']): Credential => ({ placement, secret: 'k y', id: 'crd_1' })

describe('an Action', () => {
  it('becomes the HTTP request that was reviewed, and its answer the result of a tool', async () => {
    await using api = await serve((_, response) => json(response, { todos: [] }))
    await using upstream = openUpstream()

    const answer = await upstream.call(action(api.origin))

    expect(answer).toEqual({
      kind: 'result',
      era: 'openapi',
      result: { content: [{ type: 'text', text: '{"todos":[]}' }], structuredContent: { todos: [] } },
    })
    expect(api.requests).toMatchObject([{ method: 'GET', path: '/v1/todos/alice?q=a%20b' }])
  })

  it('carries the key where the release says', async () => {
    await using api = await serve((_, response) => json(response, {}))
    await using upstream = openUpstream()

    for (const placement of [{ type: 'bearer' }, { type: 'header', name: 'X-Key' }, { type: 'query', name: 'key' }] as const) {
      await upstream.call(action(api.origin, { credential: keyed(placement) }))
    }

    expect(api.requests.map(({ headers, path }) => [headers.authorization, headers['x-key'], path])).toEqual([
      ['Bearer k y', undefined, '/v1/todos/alice?q=a%20b'],
      [undefined, 'k y', '/v1/todos/alice?q=a%20b'],
      [undefined, undefined, '/v1/todos/alice?q=a%20b&key=k%20y'],
    ])
  })

  it("cannot have its key replaced by an argument of the key's name", async () => {
    await using api = await serve((_, response) => json(response, {}))
    await using upstream = openUpstream()

    await upstream.call(action(api.origin, { arguments: { user: 'alice', q: 'mine' }, credential: keyed({ type: 'query', name: 'q' }) }))

    expect(api.requests[0]?.path).toBe('/v1/todos/alice?q=k%20y')
  })

  it('that the API refuses for its own reasons is a result that says so', async () => {
    await using api = await serve((_, response) => json(response, { error: 'no such user' }, 404))
    await using upstream = openUpstream()

    expect(await upstream.call(action(api.origin))).toMatchObject({ kind: 'result', result: { isError: true } })
  })

  it.each([
    [401, {}, 'upstream/credential-rejected'],
    [429, { 'retry-after': '3' }, 'upstream/busy'],
    [302, { location: 'http://127.0.0.1:9/' }, 'upstream/redirected'],
  ])('that is answered with %i is refused', async (status, headers: Record<string, string>, code) => {
    await using api = await serve((_, response) => void response.writeHead(status, headers).end())
    await using upstream = openUpstream()

    await expect(upstream.call(action(api.origin))).rejects.toMatchObject({ code })
  })

  it('that only reads never counts as having done something', async () => {
    await using api = await serve((request) => request.socket.destroy())
    await using upstream = openUpstream()

    await expect(upstream.call(action(api.origin))).rejects.toMatchObject({ code: 'upstream/unreachable', mayHaveRun: 'no' })
    const changing = { ...greet, operation: { ...operation, method: 'POST' } } as const
    await expect(upstream.call(action(api.origin, { tool: changing }))).rejects.toMatchObject({ mayHaveRun: 'maybe' })
  })
})
