import type { GrantScope, LedgerEvent } from '@handfast/contract'
import { z } from 'zod'
import type { Ending } from '../sunset.ts'
import type { Caller, Visitor } from './caller.ts'
import type { Undertaking } from './keyed.ts'
import type { Policy, PublicPolicy } from './policy.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What a handler may do to the exchange besides answering. */
export type Exchange = {
  /** The session secret that the browser sent, whether or not it is worth anything; a sign-in ends it. */
  readonly presented: string | null
  /** The secret that says in which browser a request of an assistant began, or null. */
  readonly browser: string | null
  /** Gives the browser this session. */
  startSession(secret: string, expiresAt: number): void
  /** Takes the session from the browser. */
  endSession(): void
  /** What the browser was sent to a provider with, or null. */
  readonly away: string | null
  /** Gives the browser what it needs when it comes back from a provider. Null takes it away. */
  sendAway(sealed: string | null): void
  /** The proof that a page of ours has to send with changes made under this session (its hash). */
  csrfProof(session: string): string
  /** The access token that was sent, or null. */
  readonly bearer: string | null
  /** Fires when whoever asked is gone. */
  readonly gone: AbortSignal
  /** Tells something before the answer, to whoever listens to events (`streams`). Others do not hear it. */
  tell(event: string, data: unknown): void
  /** Says in headers when the connector ends that the answer is about; nothing where it does not. */
  announceEnd(ending: Ending | undefined): void
  /** Answers with another status than the endpoint's own. */
  answerWith(status: 200 | 201 | 202): void
  /** What a repeated request under its `Idempotency-Key` may find; null where it has none. */
  readonly undertaking: Undertaking | null
  /** Places in a list, sealed: bound to the caller and to this endpoint. */
  readonly cursors: {
    /**
     * @returns the position that was sealed, or null for the first page
     * @throws CursorInvalidError when the text was not sealed here for this caller
     */
    open(cursor: string | undefined): string | null
    seal(position: string): string
  }
}

/** An answer that is sent while it is being made, in pieces, to be saved under a name. */
export class Download {
  readonly filename: string
  readonly pieces: AsyncIterable<string | Uint8Array>
  readonly mediaType: string
  constructor(filename: string, pieces: AsyncIterable<string | Uint8Array>, mediaType = 'application/json; charset=utf-8') {
    this.filename = filename
    this.pieces = pieces
    this.mediaType = mediaType
  }
}

/** The output of an endpoint that answers with a download. */
export const download = z.instanceof(Download)

/**
 * One door of the control API. What it demands and what it records is part of it, so forgetting does not compile, and
 * does not start either.
 *
 * The input is one object: names in braces come from the path, the others from the query (GET, DELETE) or the body.
 */
export type Endpoint<Input, Output, Demanded extends Policy = Policy> = {
  readonly method: Method
  /** Names in braces are path parameters: `/api/v1/users/{id}`. */
  readonly path: `/api/v1/${string}`
  /** One line for whoever reads the API description. */
  readonly summary: string
  /** Who may call it. No default: the server does not start with a route that says nothing. */
  readonly policy: Demanded
  /** What this leaves in the ledger, or the reason it leaves nothing. There is no default. */
  readonly ledger: LedgerEvent | { readonly none: string }
  readonly input: z.ZodType<Input>
  /** Fields that are not in it are not sent, whatever the handler returns. `z.void()`: 204 without a body. */
  readonly output: z.ZodType<Output>
  /** True: signed-in people prove again that it is them, unless they did within ten minutes. For what is dangerous in a session left open. */
  readonly fresh?: true
  /** True: also for sessions that lack the second factor which their roles ask for, to set it up or to use it. */
  readonly evenLacking?: true
  /** True: also for sessions that an assistant's link began. They are good for what its user is sent here for, and for nothing that does not say so. */
  readonly hosted?: true
  /** Largest body, where documents or files come in it. */
  readonly mostBytes?: number
  /** Fields that are passed on as they are and kept sealed only: texts in them may hold characters that no column takes. */
  readonly passesOn?: readonly string[]
  /** Status of a success that has a body; 200 where absent. */
  readonly status?: 200 | 201 | 202
  /** Other statuses of a success, which the handler chooses. */
  readonly alsoStatus?: readonly (200 | 201 | 202)[]
  /**
   * False: a POST whose answer is not kept under an `Idempotency-Key`, such as one that brings its own. Public endpoints never keep
   * answers, since the key would belong to nobody.
   */
  readonly keepsAnswer?: false
  /** The least that an assistant which a person let in needs. Where absent: reading for GET, changing for everything else. */
  readonly scope?: GrantScope
  /** True: with `Accept: text/event-stream` the answer is the last event of a stream, after what the handler told. */
  readonly streams?: true
  /** What became of a request that has no answer under its key yet, by what its handler noted. Null: nothing is known. */
  interrupted?(note: string, caller: Caller): Promise<Output | null>
  handle(input: Input, caller: Demanded extends PublicPolicy ? Visitor : Caller, exchange: Exchange): Promise<Output>
}

/** An endpoint among others. Its handler is reached through the input's shape only. */
export type AnyEndpoint = Omit<Endpoint<unknown, unknown>, 'handle'> & {
  handle(input: unknown, caller: Visitor | Caller, exchange: Exchange): Promise<unknown>
}

/**
 * Writes down an endpoint with its types checked against each other: input and output shapes, and a `Caller` where the policy demands
 * somebody known.
 */
export function endpoint<Input, Output, Demanded extends Policy>(definition: Endpoint<Input, Output, Demanded>): AnyEndpoint {
  return definition as unknown as AnyEndpoint
}
