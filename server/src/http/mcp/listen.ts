import { isObject } from '../../lib/index.ts'
import {
  type ClientMessage,
  INVALID_PARAMS,
  INVALID_REQUEST,
  LATEST_MODERN,
  McpError,
  META_SUBSCRIPTION_ID,
  type RequestId,
} from '../../protocol/mcp/index.ts'
import type { Asking } from './modern.ts'
import { eventOf, openStream, resultMessage } from './reply.ts'
import { ResourceWatches } from './resource-watches.ts'
import type { McpOptions, McpRooms } from './rooms.ts'

const MOST_STREAMS_PER_TOKEN = 50
/** What may wait to be sent on one stream. An assistant that does not read loses its stream instead of our memory. */
const MOST_UNSENT_BYTES = 256 * 1024

type Updates = { readonly watches: ResourceWatches; readonly event: (uri: string) => string }
type Said = { readonly first: string; readonly changed: string | null; readonly last: string; readonly updates?: Updates }

/** Streams on which assistants hear that their list changed. They stay open for as long as the assistant reads, its token holds, and we run. */
export class Streams {
  readonly #rooms: McpRooms
  readonly #options: McpOptions
  readonly #perToken = new Map<string, number>()
  readonly #ends = new Set<() => void>()

  constructor(rooms: McpRooms, options: McpOptions) {
    this.#rooms = rooms
    this.#options = options
  }

  /** @throws McpError when one token holds too many streams */
  requireRoom(asking: Asking, id: RequestId | null = null): void {
    if ((this.#perToken.get(asking.principal.tokenKey) ?? 0) >= MOST_STREAMS_PER_TOKEN)
      throw new McpError(INVALID_REQUEST, 'This token holds too many open streams. Close some first.', { status: 429, id })
  }

  /**
   * Opens the answer as a stream and keeps it.
   * @param first said before anything else
   * @param changed said when the person's list changed; null for an assistant that did not ask
   * @param last said when we end it, so that the assistant knows it was no accident
   * @param updates resources whose changes are said too, and how
   */
  keep(asking: Asking, { first, changed, last, updates }: Said): void {
    const { res, principal, bearer } = asking
    const mine = [principal.tokenKey, `user:${principal.user}`, `grant:${principal.token}`, `assistant:${principal.assistant}`]
    openStream(res)
    if (res.destroyed) {
      updates?.watches.close()
      return
    }
    res.write(first)
    const say = (text: string): void => {
      if (res.writableEnded || res.destroyed) return
      if (res.writableLength > MOST_UNSENT_BYTES) res.destroy()
      else res.write(text)
    }
    updates?.watches.attach((uri) => say(updates.event(uri)))
    const end = (): void => void res.end(last)
    const stillAllowed = (): void => {
      this.#rooms.authorization.identify(bearer).catch(end)
    }
    const deaf = this.#rooms.changes.onChange((keys) => {
      if (mine.some((key) => keys.includes(key))) stillAllowed()
      if (changed === null && updates === undefined) return
      this.#rooms.catalogue.concerns(principal, keys).then(
        (concerns) => {
          if (!concerns) return
          if (changed !== null) say(changed)
          updates?.watches.again()
        },
        (error) => this.#rooms.log.warn({ err: error }, 'a list change could not be judged'),
      )
    })
    const timer = setInterval(() => {
      say(': here\n\n')
      stillAllowed()
    }, this.#options.keepAliveMs)
    timer.unref()
    this.#ends.add(end)
    this.#perToken.set(principal.tokenKey, (this.#perToken.get(principal.tokenKey) ?? 0) + 1)
    res.once('close', () => {
      clearInterval(timer)
      deaf()
      updates?.watches.close()
      this.#ends.delete(end)
      const left = (this.#perToken.get(principal.tokenKey) ?? 1) - 1
      if (left > 0) this.#perToken.set(principal.tokenKey, left)
      else this.#perToken.delete(principal.tokenKey)
    })
  }

  /** Says goodbye on every stream. */
  close(): void {
    for (const end of this.#ends) end()
  }
}

/** Lists that can change. A release brings all of a connector's, so that each is told of. */
const KINDS = ['tools', 'resources', 'prompts'] as const

/**
 * `subscriptions/listen` (2026-07-28 basic/subscriptions): acknowledges what can be honoured, then tells of list changes and of resources that changed.
 * @throws McpError
 */
export async function listen(
  { streams, rooms }: { readonly streams: Streams; readonly rooms: McpRooms },
  head: string,
  asking: Asking,
  message: Extract<ClientMessage, { kind: 'request' }>,
): Promise<void> {
  const { id, params } = message
  const { notifications } = params
  if (notifications !== undefined && !isObject(notifications)) throw new McpError(INVALID_PARAMS, 'params.notifications has to be an object.', { id })
  streams.requireRoom(asking, id)
  const wanted = isObject(notifications) ? KINDS.filter((kind) => notifications[`${kind}ListChanged`] === true) : []
  const uris = isObject(notifications) ? urisIn(notifications['resourceSubscriptions'], id) : []
  const _meta = { [META_SUBSCRIPTION_ID]: id }
  const event = (method: string, more: object): string => eventOf(JSON.stringify({ jsonrpc: '2.0', method, params: { ...more, _meta } }))
  const { res, bearer, scope } = asking
  const watches = new ResourceWatches(rooms, { bearer, scope, protocol: `mcp/${LATEST_MODERN}`, era: 'modern' })
  // Who hangs up while connectors are asked wants to hear nothing of them.
  res.once('close', () => watches.close())
  const heard = await watches.set(uris)
  // What is not acknowledged is not told either, however late it could be heard.
  void watches.set(heard)
  streams.keep(asking, {
    first: event('notifications/subscriptions/acknowledged', {
      notifications: {
        ...Object.fromEntries(wanted.map((kind) => [`${kind}ListChanged`, true])),
        ...(heard.length === 0 ? {} : { resourceSubscriptions: heard }),
      },
    }),
    ...(heard.length === 0 ? {} : { updates: { watches, event: (uri) => event('notifications/resources/updated', { uri }) } }),
    changed: wanted.length === 0 ? null : wanted.map((kind) => event(`notifications/${kind}/list_changed`, {})).join(''),
    last: eventOf(resultMessage(id, `{${head},${JSON.stringify({ _meta }).slice(1)}`)),
  })
}

/** Resources that one stream tells of. */
export const MOST_WATCHED = 200

function urisIn(given: unknown, id: RequestId): readonly string[] {
  if (given === undefined) return []
  if (!Array.isArray(given) || given.length > MOST_WATCHED || !given.every((uri) => typeof uri === 'string' && uri.length <= 2_048))
    throw new McpError(INVALID_PARAMS, `params.notifications.resourceSubscriptions has to be a list of at most ${MOST_WATCHED} addresses.`, { id })
  return [...new Set(given as readonly string[])]
}
