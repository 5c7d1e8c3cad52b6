import type { ServerResponse } from 'node:http'
import type { Json } from '../src/lib/index.ts'
import { event, json, legacyConnector, modernConnector, result, rpcError, type Script } from './scripted-connector.ts'

const resources: Json = [
  { uri: 'menu://today', name: 'today', mimeType: 'text/plain' },
  { uri: 'menu://wine', name: 'wine', mimeType: 'text/plain' },
]
const capabilities: Json = { resources: { subscribe: true } }

/** A connector of one era with resources that change when a test says so. `watching` are the addresses that it tells of just now. */
export async function watchedConnector(era: 'modern' | 'legacy') {
  const streams = new Map<ServerResponse, ReadonlySet<string>>()
  const subscribed = new Set<string>()
  const common: Script = (incoming, response) => {
    const complete = era === 'modern' ? { resultType: 'complete', ttlMs: 0, cacheScope: 'private' } : {}
    if (incoming.method === 'resources/list') return result(response, incoming.id, { ...complete, resources })
    if (incoming.method === 'resources/read')
      return result(response, incoming.id, { ...complete, contents: [{ uri: String(incoming.params['uri']), text: 'soup' }] })
    const list = { 'tools/list': 'tools', 'prompts/list': 'prompts', 'resources/templates/list': 'resourceTemplates' }[incoming.method ?? '']
    if (list !== undefined) return result(response, incoming.id, { ...complete, [list]: [] })
    rpcError(response, incoming.id, -32601, 'Method not found', era === 'modern' ? 404 : 200)
  }
  const open = (response: ServerResponse, uris: ReadonlySet<string>): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    streams.set(response, uris)
    response.once('close', () => streams.delete(response))
  }
  const modern: Script = (incoming, response) => {
    if (incoming.method !== 'subscriptions/listen') return common(incoming, response)
    const { resourceSubscriptions } = incoming.params['notifications'] as { readonly resourceSubscriptions: readonly string[] }
    open(response, new Set(resourceSubscriptions))
    response.write(
      event({ jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged', params: { notifications: { resourceSubscriptions } } }),
    )
  }
  const legacy: Script = (incoming, response) => {
    const uri = String(incoming.params['uri'])
    if (incoming.request.method === 'GET') return open(response, subscribed)
    if (incoming.request.method === 'DELETE') return void response.writeHead(200).end()
    if (incoming.method === 'resources/subscribe') subscribed.add(uri)
    else if (incoming.method === 'resources/unsubscribe') subscribed.delete(uri)
    else return common(incoming, response)
    json(response, { jsonrpc: '2.0', id: incoming.id ?? null, result: {} })
  }
  const server = era === 'modern' ? await modernConnector(modern, ['2026-07-28'], capabilities) : await legacyConnector(legacy, capabilities)
  return Object.assign(server, {
    watching: (): readonly string[] => [...streams.values()].flatMap((uris) => [...uris]).toSorted(),
    changes(uri: string): void {
      for (const [response, uris] of streams)
        if (uris.has(uri)) response.write(event({ jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri } }))
    },
    /** Ends all its streams, as a restart would. */
    hangsUp(): void {
      for (const response of streams.keys()) response.end()
    },
  })
}
