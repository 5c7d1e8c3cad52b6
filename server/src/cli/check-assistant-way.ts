import type { Checked } from './doctor.ts'

/** Fetches as an assistant would, without following redirects. */
export type Ask = (url: string, init?: RequestInit) => Promise<Response>

type Document = { readonly [name: string]: unknown }

/** Somewhere on its way in an assistant would stop, and why. */
class Stumble extends Error {}

/**
 * Goes the way of an assistant that knows nothing but our address (MCP 2026-07-28 authorization; RFC 9728, RFC 8414): from the 401 to the document
 * of what is protected, from there to the server that gives tokens, and to its endpoints. Says at each step what would make one stumble.
 */
export async function checkAssistantWay(origin: string, ask: Ask): Promise<readonly Checked[]> {
  const fix = `An assistant reads this at ${origin}. Look at whether the proxy passes /.well-known/ and /oauth/ on as they are, and at HANDFAST_PUBLIC_URL.`
  const sees = async (check: string, work: () => Promise<Checked['state'] | Omit<Checked, 'check'>>): Promise<Checked> => {
    try {
      const found = await work()
      return typeof found === 'string' ? { check, state: found, message: 'as it should be' } : { check, ...found }
    } catch (error) {
      return { check, state: 'wrong', message: error instanceof Stumble ? error.message : `it cannot be read: ${(error as Error).message}`, fix }
    }
  }
  const first = await sees('401 of /mcp', async () => checkChallenge(origin, await ask(`${origin}/mcp`, { method: 'POST' })))
  const resource = await sees('what is protected (RFC 9728)', async () => {
    checkResource(origin, '/mcp', await read(ask, `${origin}/.well-known/oauth-protected-resource/mcp`))
    checkResource(origin, '', await read(ask, `${origin}/.well-known/oauth-protected-resource`))
    return 'good'
  })
  const server = await sees('who gives tokens (RFC 8414)', async () => {
    const document = await read(ask, `${origin}/.well-known/oauth-authorization-server`)
    checkServer(origin, document)
    checkServer(origin, await read(ask, `${origin}/.well-known/openid-configuration`))
    const answer = await ask(String(document['token_endpoint']), { method: 'POST', body: new URLSearchParams({ grant_type: 'authorization_code' }) })
    if (answer.status !== 400 || typeof ((await json(answer)) as Document)['error'] !== 'string')
      throw new Stumble(`the token endpoint answers ${answer.status} instead of 400 to a request that says nothing`)
    if (document['registration_endpoint'] !== undefined) return 'good'
    const message = 'assistants cannot register themselves; those that have no document of their own have to be registered'
    return { state: 'note', message, fix: 'handfast assistant register, or HANDFAST_ASSISTANT_REGISTRATION=true' }
  })
  return [first, resource, server, await sees('address for assistants', async () => checkAddress(origin))]
}

function checkChallenge(origin: string, { status, headers }: Response): 'good' {
  if (status !== 401) throw new Stumble(`it answers ${status}`)
  const challenge = headers.get('www-authenticate') ?? ''
  const named = /resource_metadata="([^"]*)"/.exec(challenge)?.[1]
  const wanted = `${origin}/.well-known/oauth-protected-resource/mcp`
  if (named === undefined)
    throw new Stumble('it does not say where the document of what is protected is; a proxy may have taken WWW-Authenticate away')
  if (named !== wanted) throw new Stumble(`it points to ${named} instead of ${wanted}: the server believes itself at another address`)
  return 'good'
}

function checkResource(origin: string, path: string, document: Document): void {
  const { resource, authorization_servers: servers } = document
  // RFC 9728 section 3.3: a client must not use a document whose resource is another.
  if (resource !== origin + path) throw new Stumble(`it is the document of ${String(resource)} instead of ${origin}${path}`)
  if (!Array.isArray(servers) || !servers.includes(origin)) throw new Stumble('it does not name this server as the one that gives tokens')
}

function checkServer(origin: string, document: Document): void {
  const list = (name: string): readonly unknown[] => (Array.isArray(document[name]) ? (document[name] as unknown[]) : [])
  if (document['issuer'] !== origin) throw new Stumble(`it names the issuer ${String(document['issuer'])} instead of ${origin}`)
  for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'])
    if (!String(document[name]).startsWith(`${origin}/`)) throw new Stumble(`its ${name} is ${String(document[name])}, which is not below ${origin}`)
  if (!list('code_challenge_methods_supported').includes('S256')) throw new Stumble('it does not offer S256, without which assistants do not go on')
  if (!list('token_endpoint_auth_methods_supported').includes('none'))
    throw new Stumble('it does not admit assistants without a secret, and those with a document of their own have none')
  if (document['client_id_metadata_document_supported'] !== true) throw new Stumble('it does not admit assistants with a document of their own')
}

/** Assistants that run elsewhere come over the internet, and go nowhere without TLS. */
function checkAddress(origin: string): 'good' | Omit<Checked, 'check'> {
  const { protocol, hostname } = new URL(origin)
  if (protocol === 'https:') return 'good'
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  const message = isHere ? 'only assistants on this machine can come here' : 'assistants do not send tokens over plain http'
  return { state: isHere ? 'note' : 'wrong', message, fix: 'Put a proxy with TLS in front, and set HANDFAST_PUBLIC_URL to its https address.' }
}

async function read(ask: Ask, url: string): Promise<Document> {
  const answer = await ask(url)
  if (answer.status !== 200) throw new Stumble(`${url} answers ${answer.status}`)
  return await json(answer)
}

async function json(answer: Response): Promise<Document> {
  const text = await answer.text()
  try {
    return JSON.parse(text) as Document
  } catch {
    throw new Stumble(`${answer.url} answers something that is not JSON: ${text.slice(0, 40).replaceAll(/\s+/g, ' ')}`)
  }
}
