import type { Json, JsonObject } from '../src/lib/index.ts'
import { modernConnector, result } from './scripted-connector.ts'

const text = { type: 'string' }
const reads = { readOnlyHint: true, destructiveHint: false, openWorldHint: false }

/** The two tools of the retrieval contract. */
export const libraryTools: Json = [
  {
    name: 'search',
    description: 'Finds books.',
    inputSchema: { type: 'object', properties: { query: text }, required: ['query'] },
    annotations: reads,
  },
  { name: 'fetch', description: 'Reads a book.', inputSchema: { type: 'object', properties: { id: text }, required: ['id'] }, annotations: reads },
]

export type Book = { readonly id: string; readonly title: string; readonly url?: string; readonly text: string; readonly metadata?: JsonObject }

/** A connector with books, that keeps the contract in the words of its first edition: one text that is JSON, and no structured content. */
export function library(books: readonly Book[], answers: { readonly search?: Json; readonly tools?: Json; readonly hang?: boolean } = {}) {
  return modernConnector((incoming, response) => {
    if (incoming.method === 'tools/list')
      return result(response, incoming.id, { resultType: 'complete', tools: answers.tools ?? libraryTools, ttlMs: 0, cacheScope: 'private' })
    const { name, arguments: args } = incoming.params as {
      readonly name: string
      readonly arguments: { readonly query?: string; readonly id?: string }
    }
    const said = (value: Json) => result(response, incoming.id, { resultType: 'complete', content: [{ type: 'text', text: JSON.stringify(value) }] })
    if (name === 'search') {
      if (answers.hang === true) return
      if (answers.search !== undefined) return result(response, incoming.id, answers.search)
      const found = books.filter(({ title }) => title.includes(args.query ?? ''))
      return said({ results: found.map(({ id, title, url = '' }) => ({ id, title, url })) })
    }
    const book = books.find(({ id }) => id === args.id)
    if (book !== undefined) return said(book as unknown as Json)
    result(response, incoming.id, { resultType: 'complete', content: [{ type: 'text', text: 'No such book.' }], isError: true })
  })
}
