import type { ManifestInput } from '@handfast/contract'
import { isObject, type JsonObject, pointer } from '../../lib/index.ts'
import { composeManifest, slugFor } from '../try/compose-manifest.ts'
import type { Draft, Remark } from './draft.ts'

const text = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value : null)

/** What the OpenAPI document of an Action says, as far as a draft needs it. */
export type DocumentFacts = {
  readonly title: string | null
  readonly description: string | null
  readonly url: string | null
  readonly credential: ManifestInput['credential']
  readonly usable: number
  readonly operations: number
}

/** Gets and reads documents; the network is behind it. */
export type Documents = {
  readonly fetch: (url: string) => Promise<string>
  readonly read: (document: string, source: string | undefined) => Promise<DocumentFacts>
}

/** One Action with its authentication, before its document was looked at. */
type Action = {
  readonly name: string | null
  readonly description: string | null
  readonly document: string | { readonly url: string } | null
  readonly auth: JsonObject
  readonly privacyUrl: string | null
  readonly at: readonly (string | number)[]
}

/** True for a plugin manifest (`ai-plugin.json`) and for Actions as builders export them: a document with its `auth`. */
export function isAction(content: JsonObject): boolean {
  return actionsOf(content).length > 0
}

function actionsOf(content: JsonObject): readonly Action[] {
  const { api, auth, tools, actions } = content
  if (isObject(api) && typeof api['url'] === 'string') {
    const [name, description] = [text(content['name_for_human']), text(content['description_for_human']) ?? text(content['description_for_model'])]
    return [
      { name, description, document: { url: api['url'] }, auth: isObject(auth) ? auth : {}, privacyUrl: text(content['legal_info_url']), at: [] },
    ]
  }
  const listed = Array.isArray(tools) ? tools : Array.isArray(actions) ? actions : [content]
  const under = Array.isArray(tools) ? 'tools' : Array.isArray(actions) ? 'actions' : null
  return listed.flatMap((entry, number) => {
    if (!isObject(entry)) return []
    const inner = isObject(entry['metadata']) ? entry['metadata'] : entry
    const schema = inner['raw_spec'] ?? inner['json_schema'] ?? inner['schema'] ?? inner['openapi_schema']
    const document = typeof schema === 'string' ? schema : isObject(schema) ? JSON.stringify(schema) : null
    if (document === null || !/openapi|swagger/.test(document.slice(0, 2_000))) return []
    const at = [...(under === null ? [] : [under, number]), ...(inner === entry ? [] : ['metadata'])]
    const name = text(inner['name']) ?? text(inner['domain'])
    return [
      { name, description: null, document, auth: isObject(inner['auth']) ? inner['auth'] : {}, privacyUrl: text(inner['privacy_policy_url']), at },
    ]
  })
}

/** Drafts of Actions. */
export function fromActions(content: JsonObject, documents: Documents): Promise<readonly Draft[]> {
  return Promise.all(actionsOf(content).map((action) => draftOf(action, documents)))
}

async function draftOf(action: Action, documents: Documents): Promise<Draft> {
  const { at, auth } = action
  const named = action.name ?? 'action'
  const nothing = (message: string, ...steps: string[]): Draft => ({
    slug: slugFor(named, 'http://action'),
    name: named,
    manifest: null,
    document: null,
    runner: null,
    remarks: [{ level: 'unusable', pointer: pointer(...at, ...steps), message }],
  })
  const place = action.document !== null && typeof action.document === 'object' ? action.document.url : undefined
  let facts: DocumentFacts
  let document: string
  try {
    document = typeof action.document === 'string' ? action.document : await documents.fetch(place ?? '')
    facts = await documents.read(document, place)
  } catch (error) {
    return nothing(`Its OpenAPI document cannot be used: ${(error as Error).message}`, ...(place === undefined ? [] : ['api', 'url']))
  }
  if (facts.url === null) return nothing('Its OpenAPI document does not say where the API is.')
  const remarks: Remark[] = []
  if (facts.usable < facts.operations) {
    const message = `${facts.usable} of ${facts.operations} operations become tools; \`handfast openapi inspect\` says why not the others.`
    remarks.push({ level: 'note', pointer: pointer(...at), message })
  }
  const title = action.name ?? facts.title
  const slug = slugFor(title, facts.url)
  const made = composeManifest(
    { kind: 'openapi', title, description: action.description ?? facts.description, url: facts.url, credential: { type: 'none' } },
    slug,
  )
  const credential = credentialOf(auth, facts, [...at, 'auth'], remarks)
  const notice = action.privacyUrl?.startsWith('https://') === true ? { privacyNoticeUrl: action.privacyUrl } : {}
  return { slug, name: title ?? slug, manifest: { ...made, credential, ...notice }, document, runner: null, remarks }
}

function credentialOf(auth: JsonObject, facts: DocumentFacts, at: readonly (string | number)[], remarks: Remark[]): ManifestInput['credential'] {
  const kind = text(auth['type'])
  const given = (message: string) => remarks.push({ level: 'todo', pointer: pointer(...at), message })
  if (kind === null) return facts.credential
  if (kind === 'none') return { type: 'none' }
  if (kind === 'service_http' || kind === 'user_http') {
    given(
      kind === 'service_http'
        ? 'Its key is one for everybody: `handfast connector key --shared`.'
        : "People give their own key on the connector's page.",
    )
    const header = text(auth['custom_auth_header'])
    if (header !== null) return { type: 'header', name: header }
    return { type: auth['authorization_type'] === 'basic' ? 'basic' : 'bearer' }
  }
  if (kind === 'oauth') {
    const [authorizationEndpoint, tokenEndpoint] = [text(auth['client_url']) ?? text(auth['authorization_url']), tokenAddress(auth)]
    given(
      'It signs people in by OAuth with a client of the other platform. Register one for this Handfast there, and give it: `handfast connector client`.',
    )
    const scopes = (text(auth['scope']) ?? '').split(/[\s,]+/).filter((scope) => scope !== '')
    const issuer = authorizationEndpoint === null ? null : URL.parse(authorizationEndpoint)?.origin
    return {
      type: 'oauth2',
      ...(issuer === null || issuer === undefined ? {} : { issuer }),
      ...(authorizationEndpoint === null ? {} : { authorizationEndpoint }),
      ...(tokenEndpoint === null ? {} : { tokenEndpoint }),
      scopes,
    }
  }
  given(`A way to authenticate that is not known here: ${kind}. The one that its document declares stands in the draft.`)
  return facts.credential
}

/** Plugin manifests call the token endpoint `authorization_url` beside a `client_url`; exports of Actions call it `token_url`. */
function tokenAddress(auth: JsonObject): string | null {
  return text(auth['token_url']) ?? (text(auth['client_url']) === null ? null : text(auth['authorization_url']))
}
