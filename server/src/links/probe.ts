import { type CredentialPlacement, placementOf } from '@handfast/contract'
import { type Json, newId, Refusal, valueAt } from '../lib/index.ts'
import { type AccountIdentity, NOBODY } from '../oauth-client/index.ts'
import { CredentialRejectedError, type Upstream } from '../upstream/index.ts'
import type { Linkable } from './account.ts'

/** `unknown`: the connector could not be asked, which is no verdict about the account. `untestable`: it has nothing harmless to ask. */
export type Probed = {
  readonly verdict: 'accepted' | 'refused' | 'unknown' | 'untestable'
  readonly identity: AccountIdentity
  readonly cause: Refusal | null
}

const PATIENCE_MS = 15_000
const MOST_BYTES = 256 * 1024
const MOST_NAME = 320

/** Tries a credential before it counts: an MCP server is asked for its tools, and whoever declares a tool that says whose account it is, for that. */
export async function probe(upstream: Upstream, about: Linkable, secret: string, signal: AbortSignal): Promise<Probed> {
  // An id of its own: what is learned and pooled with it is not taken for the account's.
  const credential = { placement: placementOf(about.credential) as CredentialPlacement, secret, id: newId('test') }
  let asked = false
  try {
    if (about.target.kind === 'mcp') {
      await upstream.describe(about.target, credential, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]))
      asked = true
    }
    const identity = await whose(upstream, about, credential, signal)
    return { verdict: asked || identity !== null ? 'accepted' : 'untestable', identity: identity ?? NOBODY, cause: null }
  } catch (error) {
    if (error instanceof CredentialRejectedError) return { verdict: 'refused', identity: NOBODY, cause: error }
    if (error instanceof Refusal) return { verdict: 'unknown', identity: NOBODY, cause: error }
    throw error
  }
}

/** Null where the release declares no tool for it. */
async function whose(
  upstream: Upstream,
  about: Linkable,
  credential: { placement: CredentialPlacement; secret: string; id: string },
  signal: AbortSignal,
): Promise<AccountIdentity | null> {
  const { account } = about
  const tool = about.tools.find(({ name, effect }) => name === account?.tool && effect === 'read')
  if (account === undefined || tool === undefined) return null
  const answer = await upstream.call({
    callId: newId('call'),
    connector: about.connector,
    release: about.release,
    target: about.target,
    tool,
    arguments: {},
    credential,
    poolKey: credential.id,
    assistantEra: 'modern',
    origins: about.origins,
    timeoutMs: PATIENCE_MS,
    maxBytes: MOST_BYTES,
    signal,
    reason: 'health',
  })
  if (answer.kind !== 'result' || answer.result.isError === true) return NOBODY
  const said = answer.result.structuredContent ?? jsonIn(answer.result.content)
  const name = textAt(said, account.name)
  return { id: account.id === undefined ? name : textAt(said, account.id), name, email: null }
}

function jsonIn(content: readonly unknown[]): unknown {
  const [first] = content as readonly { readonly text?: unknown }[]
  if (typeof first?.text !== 'string') return null
  try {
    return JSON.parse(first.text) as unknown
  } catch {
    return null
  }
}

/** The text or number at a JSON pointer (RFC 6901), or null. */
function textAt(root: unknown, pointer: string): string | null {
  const value = valueAt(root as Json, pointer)
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, MOST_NAME) : null
}
