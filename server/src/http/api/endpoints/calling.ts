import { type MadeCall, madeCall, makeCall, waitingCall, waitingCallInPath } from '@handfast/contract'
import type { Authorization, Principal } from '../../../authorization/index.ts'
import { ApprovalNeededError, ApprovalNotFoundError, type Approvals, PageNeededError } from '../../../consent/index.ts'
import { ConnectorNotFoundError, type Directory } from '../../../directory/index.ts'
import type { Asked, Gateway } from '../../../gateway/index.ts'
import { CallNotFoundError, type History } from '../../../history/index.ts'
import { type CallId, type Clock, isObject, type Json, type JsonObject, Refusal, refusalBody, rfc3339, type WorkspaceId } from '../../../lib/index.ts'
import { endingNamed } from '../../sunset.ts'
import type { Caller } from '../caller.ts'
import { type AnyEndpoint, type Exchange, endpoint } from '../endpoint.ts'
import { token } from '../policy.ts'
import { CallInterruptedError, CredentialsMissingError } from '../request-errors.ts'
import { ownNameBehind } from './vendor-tools.ts'

export type CallingRooms = {
  readonly authorization: Pick<Authorization, 'peek' | 'identify'>
  readonly gateway: Gateway
  readonly directory: Directory
  readonly approvals: Approvals
  readonly history: History
  /** The newest change of what may be called that was taken in. */
  readonly changes: { readonly known: number }
}

type Site = { readonly publicUrl: () => string; readonly clock: Clock }

/** As whom an access token speaks. */
export function principalOf({ principal }: Caller): Principal {
  if (principal === null) throw new CredentialsMissingError()
  return principal
}

/** Calls of assistants without MCP: the same governed call, by plain HTTP. */
export function callingEndpoints(rooms: CallingRooms, { publicUrl, clock }: Site): readonly AnyEndpoint[] {
  const { authorization, gateway, history, approvals, changes } = rooms

  return [
    endpoint({
      method: 'POST',
      path: '/api/v1/calls',
      summary: 'Call a tool. With an Idempotency-Key it is called once, whatever happens to the connection; without one, hanging up cancels it',
      policy: token(),
      ledger: 'call.intended',
      // Reading takes no more than that; what a tool needs is decided by the gateway, tool by tool.
      scope: 'connectors:read',
      streams: true,
      passesOn: ['arguments'],
      alsoStatus: [202],
      input: makeCall,
      output: madeCall,
      mostBytes: 4_194_304,
      interrupted: (note, caller) => interrupted(history, note, caller),
      handle: async (input, caller, exchange) => {
        // Asked anew after this: what changes from here on shows after the intent.
        const epoch = changes.known
        const bearer = exchange.bearer ?? ''
        const principal = authorization.peek(bearer) ?? (await authorization.identify(bearer))
        const name = await toolNamed(rooms.directory, caller.workspace, input.tool)
        exchange.announceEnd(await endingNamed(rooms.directory, caller.workspace, name.split('_')[0] ?? ''))
        const asked = askedOf(input.arguments as JsonObject, { epoch, bearer, principal, name }, exchange)
        try {
          const { call, result } = await gateway.answer(asked)
          return answerView(call, result)
        } catch (error) {
          // Stopped between the intent and the sending: the same call may be made again.
          if (error instanceof Refusal && error.code === 'gateway/withdrawn') exchange.undertaking?.nothingHappened()
          // The gateway names the call when it takes it.
          const { id } = asked as { readonly id?: CallId }
          if (!(error instanceof PageNeededError) || id === undefined) throw error
          exchange.undertaking?.nothingHappened()
          exchange.answerWith(202)
          const { code, message } = refusalBody(error)
          const isApproval = error instanceof ApprovalNeededError
          return {
            state: isApproval ? ('approval-needed' as const) : ('account-needed' as const),
            call: id,
            code,
            message,
            link: error.link,
            poll: isApproval ? `${publicUrl()}/api/v1/waiting-calls/${error.approval}` : null,
          } as MadeCall
        }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/waiting-calls/{id}',
      summary: 'Whether the person has decided about a call of this assistant; what it would send is not said',
      policy: token(),
      ledger: { none: 'reading' },
      input: waitingCallInPath,
      output: waitingCall,
      handle: async ({ id }, caller) => {
        const found = await approvals.get(caller, id)
        if (found === undefined || found.assistant !== principalOf(caller).assistant) throw new ApprovalNotFoundError()
        const { slug } = await rooms.directory.standing(found.connector)
        return {
          id: found.id,
          state: found.state === 'waiting' && found.expiresAt <= clock.now() ? ('expired' as const) : found.state,
          tool: `${slug}_${found.tool}`,
          link: `${publicUrl()}/approvals/${found.id}`,
          expiresAt: rfc3339(found.expiresAt),
        } as typeof waitingCall._output
      },
    }),
  ]
}

type About = Pick<Asked, 'epoch' | 'bearer' | 'principal' | 'name'>

function askedOf(args: JsonObject, about: About, { undertaking, gone, tell }: Exchange): Asked {
  return {
    ...about,
    scope: null,
    arguments: args,
    protocol: 'api/v1',
    era: 'modern',
    // Who sends a key comes back for the answer: losing the connection is what the key is for.
    signal: undertaking === null ? gone : new AbortController().signal,
    declined: false,
    onProgress: (progress) => tell('progress', progress),
    ...(undertaking === null ? {} : { beforeIntent: (call) => undertaking.note(call), onIntent: () => undertaking.happened() }),
  }
}

/** The name in the merged list, which may have been given in the form that an API of a model takes. Whether there is such a tool is for the gateway to say. */
async function toolNamed(directory: Directory, workspace: WorkspaceId, given: string): Promise<string> {
  const cut = given.indexOf('_')
  if (cut <= 0) return given
  const slug = given.slice(0, cut)
  const standing = directory.peekBySlug(workspace, slug) ?? (await directory.bySlug(workspace, slug).catch(unknown))
  const tools = standing?.release?.content.tools ?? []
  const own = ownNameBehind(given, slug, tools)
  return own === undefined || tools.some(({ name }) => `${slug}_${name}` === given) ? given : `${slug}_${own}`
}

function unknown(error: unknown): undefined {
  if (!(error instanceof ConnectorNotFoundError)) throw error
}

function answerView(call: string, result: JsonObject): MadeCall {
  const { content, structuredContent, isError } = result
  return {
    state: isError === true ? 'tool-error' : 'answered',
    call,
    content: Array.isArray(content) ? content : [],
    ...(structuredContent === undefined ? {} : { structuredContent }),
    isError: isError === true,
  } as MadeCall
}

/** What became of a call that was made under a key and whose answer is not kept there: it is never made again. */
async function interrupted(history: History, id: string, { user, workspace }: Caller): Promise<MadeCall | null> {
  const story = await history.get({ user, workspace }, id).catch((error) => {
    if (error instanceof CallNotFoundError) return null
    throw error
  })
  if (story === null || story.state === 'sent') return null
  const kept: Json | undefined = story.result !== null && 'value' in story.result ? (story.result.value as Json) : undefined
  if ((story.state === 'answered' || story.state === 'tool-error') && isObject(kept)) return answerView(id, kept)
  throw new CallInterruptedError(id, story.state)
}
