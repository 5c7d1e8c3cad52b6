import type {
  AssistantDetail,
  AuthorizationRequest,
  DecidedAuthorization,
  Grant,
  GrantScope,
  Page,
  RegisterAssistant,
  RegisteredAssistant,
} from '@handfast/contract'
import { queryOptions } from '@tanstack/react-query'
import { ask } from './ask.ts'

export type { AssistantDetail, AuthorizationRequest, Grant, GrantScope }

/** What the person decides about an assistant that asks. */
export type Decision = {
  readonly yes: boolean
  readonly scopes?: readonly GrantScope[]
  readonly connectors?: readonly string[] | null
  readonly stay?: boolean
}

export const grantsQuery = queryOptions({
  queryKey: ['grants'],
  queryFn: ({ signal }) => ask<Page<Grant>>('GET', '/grants?limit=200', undefined, signal),
})
export const revokeGrant = (id: string) => ask<void>('DELETE', `/grants/${encodeURIComponent(id)}`)
export const reduceGrant = (id: string, to: { readonly scopes?: readonly GrantScope[]; readonly connectors?: readonly string[] }) =>
  ask<Grant>('PATCH', `/grants/${encodeURIComponent(id)}`, to)

export const requestQuery = (id: string) =>
  queryOptions({
    queryKey: ['authorization', id],
    queryFn: ({ signal }) => ask<AuthorizationRequest>('GET', `/authorizations/${encodeURIComponent(id)}`, undefined, signal),
    // What is on the screen when somebody says yes is what they said yes to.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  })
export const decideRequest = (id: string, decision: Decision) =>
  ask<DecidedAuthorization>('POST', `/authorizations/${encodeURIComponent(id)}/decision`, decision)

export const lookUpDevice = (userCode: string) => ask<AuthorizationRequest>('POST', '/device-authorizations/lookup', { userCode })
export const decideDevice = (userCode: string, decision: Decision) => ask<void>('POST', '/device-authorizations/decision', { userCode, ...decision })

export const registrationsQuery = queryOptions({
  queryKey: ['registrations'],
  queryFn: ({ signal }) => ask<Page<AssistantDetail>>('GET', '/assistant-registrations?limit=200', undefined, signal),
})
export const registerAssistant = (given: RegisterAssistant) => ask<RegisteredAssistant>('POST', '/assistant-registrations', given)
export const steerAssistant = (id: string, disabled: boolean) =>
  ask<void>('PATCH', `/assistant-registrations/${encodeURIComponent(id)}`, { disabled })
export const deleteAssistant = (id: string) => ask<void>('DELETE', `/assistant-registrations/${encodeURIComponent(id)}`)
