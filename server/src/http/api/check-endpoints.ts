import { isRole, ledgerEvents } from '@handfast/contract'
import type { AnyEndpoint } from './endpoint.ts'

/** The server does not start with this list of endpoints. */
export class EndpointFault extends Error {
  override readonly name = 'EndpointFault'
}

/**
 * Types make an endpoint say who may call it and what it records; this makes sure of it when the server starts, whatever the types were told.
 * @throws EndpointFault naming every endpoint that says nothing, or nothing that means something
 */
export function checkEndpoints(endpoints: readonly AnyEndpoint[]): void {
  const problems: string[] = []
  const seen = new Set<string>()
  for (const endpoint of endpoints) {
    const name = `${endpoint.method} ${endpoint.path}`
    if (seen.has(name)) problems.push(`${name} is there twice`)
    seen.add(name)
    if (!saysWho(endpoint.policy)) problems.push(`${name} does not say who may call it`)
    if (!saysWhatItRecords(endpoint.ledger)) problems.push(`${name} does not say what it leaves in the ledger`)
    if (!/^\/api\/v1(\/([a-z0-9.-]+|\{[a-zA-Z]+\}))+$/.test(endpoint.path)) problems.push(`${name} has no address of the control API`)
  }
  if (problems.length > 0) throw new EndpointFault(`The control API cannot start:\n${problems.join('\n')}`)
}

function saysWho(policy: unknown): boolean {
  const { kind, because, roles } = (policy ?? {}) as { readonly kind?: unknown; readonly because?: unknown; readonly roles?: unknown }
  if (kind === 'public') return typeof because === 'string' && because !== ''
  if (kind !== 'session' && kind !== 'token' && kind !== 'session-or-token') return false
  return Array.isArray(roles) && roles.every((role) => typeof role === 'string' && isRole(role))
}

function saysWhatItRecords(ledger: unknown): boolean {
  if (typeof ledger === 'string') return Object.hasOwn(ledgerEvents, ledger)
  const { none } = (ledger ?? {}) as { readonly none?: unknown }
  return typeof none === 'string' && none !== ''
}
