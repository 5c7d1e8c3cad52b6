import { isObject } from '../../lib/index.ts'
import type { ClientMessage } from '../../protocol/mcp/index.ts'
import { INVALID_PARAMS, McpError, META_SUBSCRIPTION_ID } from '../../protocol/mcp/index.ts'
import type { Asking } from './modern.ts'
import { eventOf, openStream } from './reply.ts'
import type { McpOptions, McpRooms } from './rooms.ts'

const MOST_STREAMS_PER_TOKEN = 50
const open = new Map<string, number>()

/** Tells when the person's list changed, until the connection closes. Returns the function that stops it. */
export function onListChanged(rooms: McpRooms, asking: Pick<Asking, 'principal'>, tell: () => void): () => void {
  return rooms.enforcement.onChange((keys) => {
    rooms.catalogue.concerns(asking.principal, keys).then(
      (concerns) => concerns && tell(),
      (error) => rooms.log.warn({ err: error }, 'a list change could not be judged'),
    )
  })
}

/**
 * Keeps a stream open for as long as the assistant does and the token holds: says something now and then, and closes when the token is taken back.
 * @throws McpError when one token holds too many streams
 */
export function keepOpen(rooms: McpRooms, options: McpOptions, asking: Asking, stop: () => void): void {
  const { res, principal, bearer } = asking
  open.set(principal.tokenKey, (open.get(principal.tokenKey) ?? 0) + 1)
  const timer = setInterval(() => {
    rooms.authorization.identify(bearer).then(
      () => void res.write(': here\n\n'),
      () => res.end(),
    )
  }, options.keepAliveMs)
  timer.unref()
  res.once('close', () => {
    clearInterval(timer)
    stop()
    const left = (open.get(principal.tokenKey) ?? 1) - 1
    if (left > 0) open.set(principal.tokenKey, left)
    else open.delete(principal.tokenKey)
  })
}

export function mayOpenStream(asking: Asking): boolean {
  return (open.get(asking.principal.tokenKey) ?? 0) < MOST_STREAMS_PER_TOKEN
}

/** `subscriptions/listen` (2026-07-28 basic/subscriptions): acknowledges what can be honoured, then tells of list changes. */
export function listen(rooms: McpRooms, options: McpOptions, asking: Asking, message: Extract<ClientMessage, { kind: 'request' }>): void {
  const { notifications } = message.params
  if (notifications !== undefined && !isObject(notifications))
    throw new McpError(INVALID_PARAMS, 'params.notifications has to be an object.', { id: message.id })
  if (!mayOpenStream(asking)) throw new McpError(INVALID_PARAMS, 'This token holds too many open streams. Close some first.', { id: message.id })
  const tools = isObject(notifications) && notifications['toolsListChanged'] === true
  const meta = { [META_SUBSCRIPTION_ID]: message.id }
  const say = (method: string, params: object): void =>
    void asking.res.write(eventOf(JSON.stringify({ jsonrpc: '2.0', method, params: { ...params, _meta: meta } })))
  openStream(asking.res)
  say('notifications/subscriptions/acknowledged', { notifications: tools ? { toolsListChanged: true } : {} })
  const stop = tools ? onListChanged(rooms, asking, () => say('notifications/tools/list_changed', {})) : () => {}
  keepOpen(rooms, options, asking, stop)
}
