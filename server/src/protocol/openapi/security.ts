import type { CredentialPlacement, OAuthDeclaration } from '@handfast/contract'
import { isObject, type Json, type JsonObject } from '../../lib/index.ts'
import { type Located, resolve } from './references.ts'
import { saidAs } from './texts.ts'
import { Unusable } from './unusable.ts'

/** More schemes, or ways of combining them, are passed over. */
const MAX_SCHEMES = 50
const MAX_ALTERNATIVES = 10

type Scheme = { readonly placement: CredentialPlacement | null; readonly words: string; readonly note?: string; readonly signIn?: OAuthDeclaration }

export type Security = {
  /** Where the one credential of a connector goes. */
  readonly placement: CredentialPlacement
  /** How people sign in, where the document says so: what a manifest may declare instead of a key. */
  readonly signIn?: OAuthDeclaration
  readonly notes: readonly string[]
  /** Why an operation cannot be called with that credential, or nothing. `own` is the operation's `security`. */
  readonly obstacle: (own: Json | undefined) => string | undefined
}

/**
 * Chooses the placement that serves most operations, since a connector has one credential.
 * @param given what the developer chose instead; then nothing is compared.
 */
export function readSecurity(root: JsonObject, operations: readonly (Json | undefined)[], given: CredentialPlacement | undefined): Security {
  const schemes = readSchemes(root)
  if (given !== undefined) {
    const signIn = [...schemes.values()].find((scheme) => scheme.signIn !== undefined)?.signIn
    return { placement: given, ...(signIn === undefined ? {} : { signIn }), notes: [], obstacle: () => undefined }
  }
  const needs = operations.map((own) => alternatives(own ?? root['security']))
  const declared = new Set([...needs.flat(2), ...schemes.keys()].map((name) => schemes.get(name)).filter((scheme) => scheme !== undefined))
  // Where as many are served either way, a key is better off in a header: addresses are logged, and cookies carry more than one meaning.
  const order = (scheme: Scheme) => ['query', 'cookie'].indexOf(scheme.placement?.type ?? '')
  let chosen: Scheme | undefined
  let most = -1
  for (const scheme of [...declared].toSorted((a, b) => order(a) - order(b))) {
    if (scheme.placement === null) continue
    const { placement } = scheme
    const served = needs.filter((need) => need.length > 0 && need.some((names) => names.length > 0 && isServed(names, schemes, placement))).length
    if (served > most) {
      most = served
      chosen = scheme
    }
  }
  const placement = chosen?.placement ?? { type: 'none' }
  const notes = chosen?.note === undefined ? [] : [chosen.note]
  if (chosen !== undefined && most === 0) notes.push(`No operation asks for a credential; ${chosen.words} is declared, so that is assumed.`)
  const obstacle = (own: Json | undefined): string | undefined => {
    const need = alternatives(own ?? root['security'])
    if (need.length === 0 || need.some((names) => isServed(names, schemes, placement))) return undefined
    const wanted = need.map((names) => names.map((name) => schemes.get(name)?.words ?? name).join(' together with ')).join(', or ')
    return `This operation asks for ${wanted.slice(0, 300)}; the connector's one credential is ${chosen?.words ?? 'none'}.`
  }
  return { placement, ...(chosen?.signIn === undefined ? {} : { signIn: chosen.signIn }), notes, obstacle }
}

function readSchemes(root: JsonObject): ReadonlyMap<string, Scheme> {
  const components = root['components']
  const schemes = isObject(components) ? components['securitySchemes'] : undefined
  if (!isObject(schemes)) return new Map()
  return new Map(
    Object.entries(schemes)
      .slice(0, MAX_SCHEMES)
      .map(([name, value]) => [name, readScheme(name, root, { value, pointer: `/components/securitySchemes/${name}` })]),
  )
}

function readScheme(name: string, root: JsonObject, at: Located): Scheme {
  const scheme = definition(root, at)
  const label = JSON.stringify(name.slice(0, 60))
  const type = scheme['type']
  if (type === 'apiKey' && typeof scheme['name'] === 'string') {
    const words = `the key ${label} in the ${saidAs(scheme['in'])} field ${JSON.stringify(scheme['name'].slice(0, 60))}`
    if (scheme['in'] === 'header') return { placement: { type: 'header', name: scheme['name'] }, words }
    if (scheme['in'] === 'query') return { placement: { type: 'query', name: scheme['name'] }, words }
    if (scheme['in'] === 'cookie') return { placement: { type: 'cookie', name: scheme['name'] }, words }
    return { placement: null, words }
  }
  if (type === 'http') {
    const kind = saidAs(scheme['scheme']).toLowerCase()
    const words = `HTTP ${kind.slice(0, 30)} (${label})`
    if (kind === 'bearer' || kind === 'basic') return { placement: { type: kind }, words }
    return { placement: null, words }
  }
  if (type === 'oauth2' || type === 'openIdConnect') {
    const words = `${type === 'oauth2' ? 'OAuth 2' : 'OpenID Connect'} (${label})`
    const signIn = signInOf(scheme)
    const note = `People sign in by ${words}; the access token is sent as a bearer token.`
    return { placement: { type: 'bearer' }, words, note, ...(signIn === undefined ? {} : { signIn }) }
  }
  return { placement: null, words: `${saidAs(type).slice(0, 30)} (${label})` }
}

/** What the manifest of a connector would declare (OAS 3.2 sections 4.27 to 4.29). Flows without a browser and with passwords are passed over. */
function signInOf(scheme: JsonObject): OAuthDeclaration | undefined {
  const none = { type: 'oauth2', scopes: [] } as const
  if (scheme['type'] === 'openIdConnect') {
    const url = webAddress(scheme['openIdConnectUrl'])
    return url === undefined ? undefined : { ...none, issuer: url.replace(/\/\.well-known\/openid-configuration$/, ''), grant: 'authorization-code' }
  }
  const flows = isObject(scheme['flows']) ? scheme['flows'] : {}
  const [code, client] = [flows['authorizationCode'], flows['clientCredentials']]
  const flow = isObject(code) ? code : isObject(client) ? client : undefined
  const tokenEndpoint = webAddress(flow?.['tokenUrl'])
  if (flow === undefined || tokenEndpoint === undefined) return undefined
  const authorizationEndpoint = webAddress(flow['authorizationUrl'])
  const scopes = isObject(flow['scopes']) ? Object.keys(flow['scopes']).filter((name) => /^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/.test(name)) : []
  return {
    ...none,
    tokenEndpoint,
    ...(authorizationEndpoint === undefined ? {} : { authorizationEndpoint }),
    scopes: scopes.slice(0, 100),
    grant: isObject(code) ? 'authorization-code' : 'client-credentials',
  }
}

function webAddress(value: Json | undefined): string | undefined {
  if (typeof value !== 'string' || value.length > 1_024) return undefined
  const url = URL.parse(value)
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && url.hash === '' ? url.href.replace(/\/$/, '') : undefined
}

function definition(root: JsonObject, at: Located): JsonObject {
  try {
    const { value } = resolve(root, at)
    return isObject(value) ? value : {}
  } catch (error) {
    if (error instanceof Unusable) return {}
    throw error
  }
}

/** `[]` means: nothing is asked for. Otherwise one of the lists, and all schemes of it. */
function alternatives(security: Json | undefined): readonly (readonly string[])[] {
  if (!Array.isArray(security)) return []
  return security
    .slice(0, MAX_ALTERNATIVES)
    .filter(isObject)
    .map((requirement) => Object.keys(requirement).slice(0, MAX_ALTERNATIVES))
}

function isServed(names: readonly string[], schemes: ReadonlyMap<string, Scheme>, placement: CredentialPlacement): boolean {
  return names.every((name) => {
    const scheme = schemes.get(name)
    // A name that is declared nowhere says nothing about what the API wants.
    return scheme === undefined || (scheme.placement !== null && fits(scheme.placement, placement))
  })
}

function fits(wanted: CredentialPlacement, placement: CredentialPlacement): boolean {
  if (wanted.type === 'query' || wanted.type === 'cookie') return placement.type === wanted.type && placement.name === wanted.name
  // Whoever fills in the whole Authorization field can put any scheme there.
  if (placement.type === 'header' && placement.name.toLowerCase() === 'authorization' && (wanted.type === 'bearer' || wanted.type === 'basic'))
    return true
  if (wanted.type === 'header') return placement.type === 'header' && placement.name.toLowerCase() === wanted.name.toLowerCase()
  return wanted.type === placement.type
}
