import { text as textOf } from 'node:stream/consumers'
import { isObject } from '../../lib/index.ts'
import { inspectInWorker } from '../../protocol/openapi/index.ts'
import { readDocument } from '../../protocol/openapi/reading.ts'
import { fetchText } from '../open-egress.ts'
import { readText } from '../read-secret.ts'
import type { Documents } from './from-actions.ts'

/** The text at a place: a file, an address, or `-` for standard input. */
export async function textAt(place: string, settings: Readonly<Record<string, unknown>>): Promise<string> {
  if (place === '-') return await textOf(process.stdin)
  return /^https?:\/\//i.test(place) ? await fetchText(place, settings) : readText(place)
}

/** OpenAPI documents by the one way out, read by the importer. */
export function documentsThrough(settings: Readonly<Record<string, unknown>>): Documents {
  return {
    fetch: (url) => fetchText(url, settings),
    read: async (document, source) => {
      const { root } = readDocument(document)
      const said = (name: string) => (isObject(root['info']) && typeof root['info'][name] === 'string' ? root['info'][name] : null)
      const { servers, security, operations } = await inspectInWorker(document, source === undefined ? {} : { source })
      const usable = operations.filter((operation) => operation.usable).length
      return {
        title: said('title'),
        description: said('description'),
        url: servers[0] ?? null,
        credential: security,
        usable,
        operations: operations.length,
      }
    },
  }
}
