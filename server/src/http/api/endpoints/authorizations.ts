import { authorizationInPath, authorizationRequest, decideAuthorization, decideDevice, decidedAuthorization, deviceLookup } from '@handfast/contract'
import { z } from 'zod'
import type { AccessAnswer, AccessRequest } from '../../../authorization/index.ts'
import type { UserId, WorkspaceId } from '../../../lib/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { session } from '../policy.ts'
import type { AssistantRooms } from './assistants.ts'
import { connectorsNamed, requestView } from './grant-views.ts'
import type { UserRooms } from './rooms.ts'

type Person = { readonly user: UserId; readonly workspace: WorkspaceId }
type Decision = Pick<z.infer<typeof decideAuthorization>, 'yes' | 'scopes' | 'connectors' | 'stay'>

/**
 * Assistants that ask a person for access. For people who are signed in, all of it; and a request is only known to the browser in which it began,
 * so that nobody can have somebody else say yes to what they started themselves.
 */
export function authorizationEndpoints(rooms: UserRooms & AssistantRooms): readonly AnyEndpoint[] {
  const { requests, devices } = rooms.authorizationServer

  /** At one connector's address there is nothing to choose. */
  async function answerOf({ yes, scopes, connectors, stay }: Decision, { resource }: AccessRequest, person: Person): Promise<AccessAnswer> {
    if (!yes) return { yes }
    const chosen = resource.slug === null ? connectors : [resource.slug]
    return { yes, scopes, connectors: await connectorsNamed(rooms, person, chosen), stay }
  }

  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/authorizations/{id}',
      summary: 'What an assistant asks you for',
      policy: session(),
      ledger: { none: 'reading' },
      input: authorizationInPath,
      output: authorizationRequest,
      handle: async ({ id }, person, { browser }) => requestView(rooms, await requests.describe(id, browser, person), person),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/authorizations/{id}/decision',
      summary: 'Let the assistant in, or not',
      policy: session(),
      ledger: 'grant.given',
      input: decideAuthorization,
      output: decidedAuthorization,
      handle: async ({ id, ...decision }, { user, workspace }, { browser }) => {
        const person = { user, workspace }
        const answer = await answerOf(decision, await requests.describe(id, browser, person), person)
        return { redirect: await requests.decide(id, browser, person, answer) }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/device-authorizations/lookup',
      summary: 'What the device that shows this code asks you for',
      policy: session(),
      ledger: { none: 'reading; the code is in the body because addresses are logged' },
      input: deviceLookup,
      output: authorizationRequest,
      keepsAnswer: false,
      handle: async ({ userCode }, { user, workspace }) => {
        const person = { user, workspace }
        return requestView(rooms, await devices.describe(userCode, person), person)
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/device-authorizations/decision',
      summary: 'Let the device in, or not',
      policy: session(),
      ledger: 'grant.given',
      input: decideDevice,
      output: z.void(),
      handle: async ({ userCode, ...decision }, { user, workspace }) => {
        const person = { user, workspace }
        await devices.decide(userCode, person, await answerOf(decision, await devices.describe(userCode, person), person))
      },
    }),
  ]
}
