import Provider, { type Adapter, type AdapterPayload, errors } from 'oidc-provider'
import { type Clock, type GrantId, isId, type JsonObject, SECOND, sha256, type WorkspaceId } from '../../lib/index.ts'
import type { Enforcement, Storage } from '../../storage/index.ts'
import { type Assertions, isConfidential } from '../assertions.ts'
import type { Assistants } from '../assistants.ts'
import { needsSecret } from '../client-metadata.ts'
import type { EndedBecause, Grant, GrantStore } from '../grant-store.ts'
import type { GrantTokenStore } from '../grant-token-store.ts'
import type { Grants } from '../grants.ts'
import { type RecordKind, RecordRepeatedError, type RecordStore } from '../record-store.ts'
import { assertionGrants } from './assertion-grants.ts'

export type AdapterNeeds = {
  readonly storage: Storage
  readonly clock: Clock
  readonly enforcement: Enforcement
  readonly workspace: () => WorkspaceId
  readonly records: RecordStore
  readonly grants: Grants
  readonly grantStore: GrantStore
  readonly grantTokens: GrantTokenStore
  readonly assistants: Assistants
  readonly assertions: Assertions
}

const kept: ReadonlySet<string> = new Set<RecordKind>(['AuthorizationCode', 'RefreshToken', 'DeviceCode', 'Interaction', 'ReplayDetection'])

/**
 * Where oidc-provider keeps things, one adapter for each of its models. Its clock is the machine's; ours may be another one, so times to come
 * are kept by ours and told by its own.
 */
export function adapterFor(needs: AdapterNeeds): (model: string) => Adapter {
  return (model) => {
    if (model === 'Client') return { ...nothing, find: (id) => findClient(needs, id) }
    if (model === 'Grant') return grantAdapter(needs)
    if (model === 'AccessToken') return tokenAdapter(needs)
    if (kept.has(model)) return recordAdapter(model as RecordKind, needs)
    // Sessions are the console's: what the provider would remember of a browser is not kept, so nobody is signed in here but there.
    return nothing
  }
}

const nothing: Adapter = {
  find: async () => undefined,
  findByUserCode: async () => undefined,
  findByUid: async () => undefined,
  upsert: async () => undefined,
  consume: async () => undefined,
  destroy: async () => undefined,
  // Whatever is under a grant ends with the grant itself.
  revokeByGrantId: async () => undefined,
}

/** The provider compares a secret with what stands in `client_secret`; here that is its hash, and the comparison is ours. */
async function findClient({ assistants, assertions }: AdapterNeeds, clientId: string): Promise<AdapterPayload | undefined> {
  const row = await assistants.byClientId(clientId)
  // Those with a document are what their document says today.
  if (row === null || row.disabledAt !== null || row.kind === 'document') return undefined
  const secret = needsSecret(row.metadata['token_endpoint_auth_method'] as never) ? { client_secret: row.secretHash ?? '' } : {}
  const types = row.metadata['grant_types']
  const vouches = isConfidential(row) && (await assertions.ruleOf(row.id)) !== null
  const more = vouches ? { grant_types: [...(Array.isArray(types) ? types : []), ...assertionGrants] } : {}
  return { ...row.metadata, ...more, ...secret, client_id: clientId } as AdapterPayload
}

/** Seconds of the machine's clock at which a moment of ours comes. */
function told(at: number, clock: Clock): number {
  return Math.floor((Date.now() + at - clock.now()) / SECOND)
}

function grantAdapter({ clock, grants }: AdapterNeeds): Adapter {
  return {
    ...nothing,
    find: async (id) => {
      const grant = isId('grt', id) ? await grants.find(id) : null
      return grant === null || grant.endedAt !== null ? undefined : grantPayload(grant, clock)
    },
    destroy: async (id) => {
      if (isId('grt', id)) await grants.endFor(id, reasonNow())
    },
  }
}

function grantPayload(grant: Grant, clock: Clock): AdapterPayload {
  const openid = ['offline_access', ...(grant.openid ? ['openid'] : [])].filter((scope) => scope !== 'offline_access' || grant.stays)
  return {
    kind: 'Grant',
    jti: grant.id,
    iat: told(grant.createdAt, clock),
    exp: told(grant.expiresAt, clock),
    accountId: grant.user,
    clientId: grant.clientId,
    openid: { scope: openid.join(' ') },
    resources: { [grant.resource]: grant.scopes.join(' ') },
  } as AdapterPayload
}

/** Why the provider ends a grant: an assistant asked for it, or something came a second time. */
function reasonNow(): EndedBecause {
  const { oidc } = Provider.ctx ?? {}
  if (oidc?.route === 'revocation') return 'assistant'
  return oidc?.params?.['grant_type'] === 'refresh_token' ? 'replayed-refresh' : 'replayed-code'
}

function tokenAdapter({ storage, clock, enforcement, grants, grantTokens }: AdapterNeeds): Adapter {
  return {
    ...nothing,
    find: async (text) => {
      const token = await grantTokens.find(sha256(text))
      const grant = token === null || token.revokedAt !== null ? null : await grants.find(token.grant)
      if (token === null || grant === null || grant.endedAt !== null) return undefined
      return {
        kind: 'AccessToken',
        jti: text,
        iat: told(token.createdAt, clock),
        exp: told(token.expiresAt, clock),
        accountId: grant.user,
        clientId: grant.clientId,
        grantId: grant.id,
        aud: grant.audience,
        scope: token.scopes.filter((scope) => grant.scopes.includes(scope)).join(' '),
      } as AdapterPayload
    },
    upsert: async (text, payload, expiresIn) => {
      const grant = await grantOf(grants, payload)
      const now = clock.now()
      const words = (payload.scope ?? '').split(' ')
      const scopes = grant.scopes.filter((scope) => words.includes(scope))
      const openid = words.includes('openid')
      const row = { workspace: grant.workspace, grant: grant.id, scopes, openid, createdAt: now, expiresAt: now + (expiresIn ?? 0) * SECOND }
      await storage.write([grantTokens.adding({ ...row, hash: sha256(text), revokedAt: null })])
    },
    destroy: async (text) => {
      const hash = sha256(text)
      await enforcement.change([grantTokens.revoking(hash, clock.now())], [`token:${hash}`])
    },
  }
}

async function grantOf(grants: Grants, payload: AdapterPayload): Promise<Grant> {
  const id = payload.grantId
  const grant = id !== undefined && isId('grt', id) ? await grants.find(id) : null
  if (grant === null || grant.endedAt !== null) throw new errors.InvalidGrant('the grant has ended')
  return grant
}

function recordAdapter(kind: RecordKind, { storage, clock, workspace, records, grants, grantStore }: AdapterNeeds): Adapter {
  const payloadOf = (found: Awaited<ReturnType<RecordStore['find']>>, id: string | undefined): AdapterPayload | undefined => {
    if (found === null) return undefined
    const consumed = found.consumedAt === null || kind === 'Interaction' ? {} : { consumed: told(found.consumedAt, clock) }
    return { ...found.payload, ...(id === undefined ? {} : { jti: id }), exp: told(found.expiresAt, clock), ...consumed } as AdapterPayload
  }
  return {
    ...nothing,
    find: async (id) => payloadOf(await records.find(kind, id), id),
    upsert: async (id, { jti: _, ...payload }, expiresIn) => {
      const now = clock.now()
      const expiresAt = now + (expiresIn ?? 0) * SECOND
      const { grantId, userCode } = payload
      const record = { kind, id, workspace: workspace(), payload: payload as JsonObject, now, expiresAt }
      const write = records.keeping({ ...record, grant: grantId ?? null, userCode: userCode ?? null })
      // Each renewal moves the end of the grant: an assistant that is not used any more loses its access by itself.
      const lasting = kind === 'RefreshToken' && grantId !== undefined ? [grantStore.lasting(grantId as GrantId, expiresAt)] : []
      await storage.write([write, ...lasting]).catch((error) => {
        throw error instanceof RecordRepeatedError ? new errors.InvalidClientAuth('client assertion tokens must only be used once') : error
      })
    },
    consume: async (id) => {
      let repeated = false
      try {
        await records.consume(kind, id, clock.now(), () => {
          repeated = true
          return new errors.InvalidGrant('already used')
        })
      } catch (error) {
        // Two came at the same moment and the other was first: one of them is not who it should be (RFC 9700 section 4.14.2).
        const grant = repeated ? (await records.find(kind, id))?.grant : null
        if (grant !== null && grant !== undefined && isId('grt', grant))
          await grants.endFor(grant, kind === 'RefreshToken' ? 'replayed-refresh' : 'replayed-code')
        throw error
      }
    },
    destroy: async (id) => {
      // A refresh token that was used stays known until it would have expired: its coming again has to be noticed each time.
      if (kind !== 'RefreshToken') await records.forget(kind, id)
    },
  }
}
