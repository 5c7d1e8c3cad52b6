import type { AssistantKind, GrantScope } from '@handfast/contract'
import type { Client } from 'oidc-provider'
import {
  type AssistantId,
  type Clock,
  type ConnectorId,
  equalSecrets,
  isObject,
  type JsonObject,
  type UserId,
  type WorkspaceId,
} from '../lib/index.ts'
import type { Enforcement, Storage } from '../storage/index.ts'
import type { AssistantRow } from './assistant-store.ts'
import type { Assistants } from './assistants.ts'
import { OwnUsersOnlyError, RequestOverError } from './authorization-errors.ts'
import type { Grants } from './grants.ts'
import type { KeptRecord, RecordStore } from './record-store.ts'
import { type RedirectTarget, targetOf } from './redirect-uris.ts'
import { type Resource, resourceOf } from './resources.ts'
import { allowedOf, requestedScopes } from './scopes.ts'
import { shownName } from './shown-name.ts'

export type RequestRooms = {
  readonly storage: Storage
  readonly clock: Clock
  readonly enforcement: Enforcement
  readonly workspace: () => WorkspaceId
  readonly records: RecordStore
  readonly grants: Grants
  readonly assistants: Assistants
  readonly origin: () => string
  readonly client: (id: string) => Promise<Client | null>
}

/** What an assistant asks a person for, before the person decides. */
export type AccessRequest = {
  readonly assistant: { readonly name: string; readonly kind: AssistantKind; readonly clientId: string; readonly host: string | null }
  readonly redirect: { readonly kind: RedirectTarget['kind'] | 'device'; readonly target: string; readonly uri: string }
  readonly requested: readonly GrantScope[]
  readonly resource: Resource
  readonly canStay: boolean
  readonly known: boolean
  readonly device: { readonly address: string; readonly agent: string } | null
  readonly expiresAt: number
}

export type Person = { readonly workspace: WorkspaceId; readonly user: UserId }
export type Answer =
  | { readonly yes: false }
  | {
      readonly yes: true
      readonly scopes: readonly GrantScope[] | undefined
      /** Null: everything that the person enables. */
      readonly connectors: readonly ConnectorId[] | null
      readonly stay: boolean
    }

/** Requests that a browser brought, and that wait for the person in front of it. */
export class Requests {
  readonly #rooms: RequestRooms
  readonly #browserHash: (secret: string) => string

  constructor(rooms: RequestRooms, browserHash: (secret: string) => string) {
    this.#rooms = rooms
    this.#browserHash = browserHash
  }

  /** @throws RequestOverError also when it began in another browser */
  async describe(id: string, browser: string | null, person: Person): Promise<AccessRequest> {
    const record = await this.#open(id, browser)
    const params = paramsOf(record)
    const client = await clientOf(this.#rooms, params)
    return await describeRequest(this.#rooms, record, params, client, person, targetOfRedirect(params))
  }

  /**
   * Writes down what the person decided, once, and answers at which path of ours the browser goes on.
   * @throws RequestOverError
   */
  async decide(id: string, browser: string | null, person: Person, answer: Answer): Promise<string> {
    const record = await this.#open(id, browser)
    const params = paramsOf(record)
    const client = await clientOf(this.#rooms, params)
    const now = this.#rooms.clock.now()
    const decidedBy = person.user
    if (!answer.yes) {
      const result = { error: 'access_denied', error_description: 'the person said no' }
      await this.#rooms.storage.write([this.#rooms.records.deciding(record, { ...record.payload, result, decidedBy }, null, now)])
    } else {
      const { grant, writes, keys, scope } = await preparing(this.#rooms, params, client, person, answer, targetOfRedirect(params).target)
      const result = { login: { accountId: person.user }, consent: { grantId: grant.id }, select_account: {} }
      const payload = { ...record.payload, params: { ...params, scope }, result, decidedBy }
      await this.#rooms.enforcement.change([this.#rooms.records.deciding(record, payload, null, now), ...writes], keys)
    }
    return `/oauth/authorize/${id}`
  }

  /**
   * Only the browser in which a request began, and in which its person is still signed in, gets the answer.
   * @throws RequestOverError
   */
  async requireDecided(id: string, browser: string | null, user: UserId | null): Promise<void> {
    const record = await this.#find(id, browser)
    if (record.consumedAt === null || record.payload['decidedBy'] !== user) throw new RequestOverError()
  }

  async #open(id: string, browser: string | null): Promise<KeptRecord> {
    const record = await this.#find(id, browser)
    if (record.consumedAt !== null) throw new RequestOverError()
    return record
  }

  async #find(id: string, browser: string | null): Promise<KeptRecord> {
    const record = await this.#rooms.records.find('Interaction', id)
    const isHere =
      browser !== null &&
      record?.browserHash !== undefined &&
      record.browserHash !== null &&
      equalSecrets(record.browserHash, this.#browserHash(browser))
    if (record === null || !isHere || record.expiresAt <= this.#rooms.clock.now()) throw new RequestOverError()
    return record
  }
}

export function paramsOf(record: KeptRecord): JsonObject {
  const { params } = record.payload
  if (!isObject(params)) throw new RequestOverError()
  return params
}

/** @throws RequestOverError when the assistant was switched off or deleted meanwhile */
export async function clientOf({ client, assistants }: RequestRooms, params: JsonObject): Promise<Client> {
  const found = await client(String(params['client_id'])).catch(() => null)
  if (found === null) throw new RequestOverError()
  if (await assistants.isForOwnUsersOnly(found.clientId)) throw new OwnUsersOnlyError()
  return found
}

export async function describeRequest(
  { assistants, grants, origin }: RequestRooms,
  record: KeptRecord,
  params: JsonObject,
  client: Client,
  person: Person,
  redirect: AccessRequest['redirect'],
): Promise<AccessRequest> {
  const row = await assistants.byClientId(client.clientId)
  return {
    assistant: { ...namesOf(client, row), clientId: client.clientId },
    redirect,
    requested: requestedScopes(textOf(params['scope'])),
    resource: resourceIn(params, origin()),
    canStay: client.grantTypeAllowed('refresh_token'),
    known: row !== null && (await grants.holds(person, row.id as AssistantId)),
    device: null,
    expiresAt: record.expiresAt,
  }
}

/** Everything that saying yes writes, and the scope that the tokens will have. */
export async function preparing(
  rooms: RequestRooms,
  params: JsonObject,
  client: Client,
  person: Person,
  answer: Extract<Answer, { yes: true }>,
  redirect: string,
) {
  const { assistants, grants, workspace, origin } = rooms
  const known = await assistants.byClientId(client.clientId)
  const { row, writes: registering } =
    known !== null && known.kind !== 'document'
      ? { row: known, writes: [] }
      : await assistants.forDocument(workspace(), client.clientId, documentOf(client))
  if (row.disabledAt !== null) throw new RequestOverError()
  const asked = requestedScopes(textOf(params['scope']))
  const scopes = allowedOf(asked, answer.scopes ?? asked)
  const words = (textOf(params['scope']) ?? '').split(' ')
  const openid = words.includes('openid')
  const stays = answer.stay && client.grantTypeAllowed('refresh_token')
  const resource = resourceIn(params, origin())
  const { connectors } = answer
  const given = {
    ...person,
    resource: textOf(params['resource']) ?? resource.audience,
    audience: resource.audience,
    scopes,
    openid,
    stays,
    connectors,
    redirect,
  }
  const { grant, writes, keys } = await grants.giving(given, row)
  const scope = [...(openid ? ['openid'] : []), ...(stays ? ['offline_access'] : []), ...scopes].join(' ')
  return { grant, writes: [...registering, ...writes], keys, scope }
}

function namesOf(client: Client, row: AssistantRow | null): Pick<AccessRequest['assistant'], 'name' | 'kind' | 'host'> {
  const isDocument = client.clientId.startsWith('https://')
  const kind = isDocument ? 'document' : (row?.kind ?? 'dynamic')
  const name = shownName(client.clientName)
  return { kind, name: name === '' ? 'Unnamed assistant' : name, host: isDocument ? new URL(client.clientId).host : null }
}

function targetOfRedirect(params: JsonObject): AccessRequest['redirect'] {
  const uri = String(params['redirect_uri'])
  return { ...targetOf(uri), uri }
}

function resourceIn(params: JsonObject, origin: string): Resource {
  const resource = resourceOf(origin, textOf(params['resource']) ?? '')
  if (resource === null) throw new RequestOverError()
  return resource
}

/** A parameter that stands once; the provider keeps one that may repeat as a list. */
function textOf(value: unknown): string | undefined {
  const one: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value
  return typeof one === 'string' ? one : undefined
}

function documentOf(client: Client): JsonObject {
  const { redirect_uris, client_name, client_uri, token_endpoint_auth_method, application_type, grant_types } = client.metadata() as JsonObject
  return JSON.parse(
    JSON.stringify({ redirect_uris, client_name, client_uri, token_endpoint_auth_method, application_type, grant_types }),
  ) as JsonObject
}
