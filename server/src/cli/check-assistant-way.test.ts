import { describe, expect, it } from 'vitest'
import { checkAssistantWay } from './check-assistant-way.ts'

const ORIGIN = 'https://connect.example'
const server = {
  issuer: ORIGIN,
  authorization_endpoint: `${ORIGIN}/oauth/authorize`,
  token_endpoint: `${ORIGIN}/oauth/token`,
  jwks_uri: `${ORIGIN}/oauth/jwks`,
  registration_endpoint: `${ORIGIN}/oauth/register`,
  code_challenge_methods_supported: ['S256'],
  token_endpoint_auth_methods_supported: ['none'],
  client_id_metadata_document_supported: true,
}
const resource = (path: string) => ({ resource: ORIGIN + path, authorization_servers: [ORIGIN] })
const answers = (change: Readonly<Record<string, () => Response>> = {}) => {
  const good: Record<string, () => Response> = {
    '/mcp': () =>
      new Response('{}', {
        status: 401,
        headers: { 'www-authenticate': `Bearer resource_metadata="${ORIGIN}/.well-known/oauth-protected-resource/mcp"` },
      }),
    '/.well-known/oauth-protected-resource/mcp': () => Response.json(resource('/mcp')),
    '/.well-known/oauth-protected-resource': () => Response.json(resource('')),
    '/.well-known/oauth-authorization-server': () => Response.json(server),
    '/.well-known/openid-configuration': () => Response.json(server),
    '/oauth/token': () => Response.json({ error: 'invalid_request' }, { status: 400 }),
    ...change,
  }
  return async (url: string) => good[new URL(url).pathname]?.() ?? new Response('nothing', { status: 404 })
}
const wrongs = async (change: Readonly<Record<string, () => Response>>) =>
  (await checkAssistantWay(ORIGIN, answers(change)))
    .filter(({ state }) => state !== 'good')
    .map(({ check, state, message }) => `${state} ${check}: ${message}`)

describe('the way of an assistant, as the doctor goes it', () => {
  it('is clear where everything is as it should be', async () => {
    expect(await wrongs({})).toEqual([])
  })

  it.each([
    ['/mcp', () => new Response('', { status: 401 }), 'a proxy may have taken WWW-Authenticate away'],
    ['/mcp', () => new Response('<html>', { status: 200 }), 'it answers 200'],
    [
      '/mcp',
      () =>
        new Response('', {
          status: 401,
          headers: { 'www-authenticate': 'Bearer resource_metadata="http://localhost:4400/.well-known/oauth-protected-resource/mcp"' },
        }),
      'the server believes itself at another address',
    ],
    ['/.well-known/oauth-protected-resource/mcp', () => Response.json(resource('/mcp/')), `it is the document of ${ORIGIN}/mcp/`],
    ['/.well-known/oauth-protected-resource', () => new Response('<!doctype html><html>'), 'something that is not JSON: <!doctype html>'],
    ['/.well-known/oauth-authorization-server', () => new Response('', { status: 302, headers: { location: '/' } }), 'answers 302'],
    [
      '/.well-known/oauth-authorization-server',
      () => Response.json({ ...server, issuer: 'http://connect.example' }),
      'it names the issuer http://connect.example',
    ],
    [
      '/.well-known/oauth-authorization-server',
      () => Response.json({ ...server, token_endpoint: 'http://10.0.0.3/oauth/token' }),
      'its token_endpoint is http://10.0.0.3/oauth/token',
    ],
    ['/.well-known/openid-configuration', () => Response.json({ ...server, code_challenge_methods_supported: undefined }), 'it does not offer S256'],
    [
      '/.well-known/openid-configuration',
      () => Response.json({ ...server, token_endpoint_auth_methods_supported: ['client_secret_basic'] }),
      'without a secret',
    ],
    ['/oauth/token', () => new Response('<html>', { status: 405 }), 'the token endpoint answers 405'],
  ])('says what would make one stumble at %s', async (path, answer, message) => {
    expect((await wrongs({ [path]: answer })).join('\n')).toContain(message)
  })

  it('notes that assistants cannot register, and that nobody comes without TLS', async () => {
    const closed = Response.json({ ...server, registration_endpoint: undefined })

    expect(await wrongs({ '/.well-known/oauth-authorization-server': () => closed.clone() })).toEqual([
      expect.stringMatching(/^note who gives tokens/),
    ])
    expect((await checkAssistantWay('http://connect.example', answers())).at(-1)).toMatchObject({
      state: 'wrong',
      message: 'assistants do not send tokens over plain http',
    })
    expect((await checkAssistantWay('http://localhost:4400', answers())).at(-1)).toMatchObject({ state: 'note' })
  })
})
