import type { Json } from '../fixtures/mcp-wire.ts'
import { PIXEL } from './samples.ts'

export const resources: readonly Json[] = [
  { uri: 'test://static-text', name: 'Static text', description: 'A text that does not change.', mimeType: 'text/plain' },
  { uri: 'test://static-binary', name: 'Static binary', description: 'An image that does not change.', mimeType: 'image/png' },
  { uri: 'test://watched-resource', name: 'Watched', description: 'A text that changes when it is told to.', mimeType: 'text/plain' },
]

export const templates: readonly Json[] = [
  { uriTemplate: 'test://template/{id}/data', name: 'By id', description: 'Data for an id.', mimeType: 'application/json' },
]

/** Contents of a resource, or undefined where there is none. */
export function read(uri: string): Json | undefined {
  if (uri === 'test://static-text') return { uri, mimeType: 'text/plain', text: 'This is the content of the static text resource.' }
  if (uri === 'test://static-binary') return { uri, mimeType: 'image/png', blob: PIXEL }
  if (uri === 'test://watched-resource') return { uri, mimeType: 'text/plain', text: 'Watched resource content' }
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1]
  if (id === undefined) return undefined
  return { uri, mimeType: 'application/json', text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }) }
}
