import { randomUUID } from 'node:crypto'
import type { Letters, Session } from '../../gateway/index.ts'
import { isObject, type JsonObject, MINUTE } from '../../lib/index.ts'
import type { RequestId } from '../../protocol/mcp/index.ts'
import type { Reply } from './reply.ts'

/** How long each question waits. */
const QUESTION_MS = 5 * MINUTE

/** Where the answer to a request of ours is waited for. */
export function answerAddress(session: Session, id: RequestId): string {
  return `answer ${session.idHash} ${typeof id === 'string' ? id.slice(0, 100) : id}`
}

/** Puts the questions to the assistant as requests on the stream of its own one, and waits for the answers, which may arrive at any process. */
export async function askAssistant(letters: Letters, session: Session, reply: Reply, requests: JsonObject, signal: AbortSignal): Promise<JsonObject> {
  const answers = await Promise.all(
    Object.entries(requests).map(async ([key, request]) => {
      const id = `handfast-${randomUUID()}`
      const waiting = letters.await(answerAddress(session, id))
      const over = Promise.withResolvers<null>()
      const giveUp = (): void => over.resolve(null)
      const timer = setTimeout(giveUp, QUESTION_MS)
      signal.addEventListener('abort', giveUp, { once: true })
      reply.onGone(giveUp)
      try {
        const { method, params } = request as { readonly method: string; readonly params?: JsonObject }
        if (!reply.ask({ jsonrpc: '2.0', id, method, ...legacyParams(method, params, id) })) giveUp()
        const answer = await Promise.race([waiting.letter, over.promise])
        return [key, isObject(answer) ? answer : unanswered(method)] as const
      } finally {
        clearTimeout(timer)
        signal.removeEventListener('abort', giveUp)
        waiting.stop()
      }
    }),
  )
  return Object.fromEntries(answers)
}

/** 2025-11-25 gives pages an id of their own; what a form is, needs no saying in either. */
function legacyParams(method: string, params: JsonObject | undefined, id: string): { readonly params?: JsonObject } {
  if (params === undefined) return {}
  return { params: method === 'elicitation/create' && params['mode'] === 'url' ? { ...params, elicitationId: id } : params }
}

/** What nobody answered: for a person that is no answer, for a model and its roots there is none. */
function unanswered(method: string): JsonObject {
  return method === 'roots/list' ? { roots: [] } : method === 'elicitation/create' ? { action: 'cancel' } : {}
}
