import { isObject, type Json, type JsonObject, nestsDeeperThan } from '../../lib/index.ts'
import { bareType } from './request-body.ts'

/** What a tool gives back, in MCP's words. */
export type ToolResult = {
  readonly content: readonly { readonly type: 'text'; readonly text: string }[]
  readonly structuredContent?: JsonObject
  readonly isError?: boolean
}

/** `not-understood` is for the caller to refuse: which refusal depends on what the API had declared. */
export type ReadAnswer =
  | { readonly kind: 'result'; readonly result: ToolResult }
  | { readonly kind: 'not-understood'; readonly why: 'html' | 'malformed-json' | 'media-type' | 'status'; readonly message: string }

/** RFC 9110 section 15, as far as assistants and people meet them. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [200, 'OK'],
  [201, 'Created'],
  [202, 'Accepted'],
  [204, 'No Content'],
  [301, 'Moved Permanently'],
  [302, 'Found'],
  [304, 'Not Modified'],
  [307, 'Temporary Redirect'],
  [308, 'Permanent Redirect'],
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [402, 'Payment Required'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [405, 'Method Not Allowed'],
  [406, 'Not Acceptable'],
  [409, 'Conflict'],
  [410, 'Gone'],
  [412, 'Precondition Failed'],
  [413, 'Content Too Large'],
  [415, 'Unsupported Media Type'],
  [422, 'Unprocessable Content'],
  [428, 'Precondition Required'],
  [429, 'Too Many Requests'],
  [500, 'Internal Server Error'],
  [501, 'Not Implemented'],
  [502, 'Bad Gateway'],
  [503, 'Service Unavailable'],
  [504, 'Gateway Timeout'],
])
const MAX_DEPTH = 128
const MAX_ERROR_TEXT = 2_000

/**
 * Turns the answer of an API into a tool result. An answer that is an error becomes a result with `isError`, so that the assistant can correct itself.
 * @param contentType the header as it came, or undefined
 * @param text the decoded body; its size is bounded by whoever read it
 */
export function readAnswer(status: number, contentType: string | undefined, text: string): ReadAnswer {
  if (status < 200 || (status >= 300 && status < 400))
    return notUnderstood('status', `The API answered ${naming(status)}, which is not an answer to a call.`)
  const type = kindOf(contentType, text)
  if (status >= 400) return { kind: 'result', result: readError(status, type, text) }
  if (status === 204 || text.trim() === '') return textResult(`Done: the API answered ${naming(status)} without content.`)
  switch (type) {
    case 'json': {
      const value = parse(text)
      if (value === undefined) return notUnderstood('malformed-json', 'The API said that it answers JSON, and what came cannot be read as JSON.')
      // Written anew, so that whoever checks the text and whoever reads it see the same one of two equal keys.
      const content = [{ type: 'text' as const, text: JSON.stringify(value) }]
      return { kind: 'result', result: isObject(value) ? { content, structuredContent: value } : { content } }
    }
    case 'text':
      return textResult(text)
    case 'html':
      return notUnderstood('html', 'The API answered with a web page.')
    case 'other':
      return notUnderstood('media-type', `The API answered with ${bareType(contentType ?? '').slice(0, 80)}, which is neither JSON nor text.`)
  }
}

function readError(status: number, type: ReturnType<typeof kindOf>, text: string): ToolResult {
  const value = type === 'json' ? parse(text) : undefined
  const shown = value !== undefined ? JSON.stringify(value) : type === 'html' || type === 'other' ? '' : text.trim()
  const body = shown.length > MAX_ERROR_TEXT ? `${shown.slice(0, MAX_ERROR_TEXT).toWellFormed()}…` : shown
  const first = `The API answered ${naming(status)}.`
  return { content: [{ type: 'text', text: body === '' ? first : `${first}\n${body}` }], isError: true }
}

function kindOf(contentType: string | undefined, text: string): 'json' | 'text' | 'html' | 'other' {
  const type = bareType(contentType ?? '')
  if (type === '') return /^\s*[{[]/.test(text) ? 'json' : /^\s*<(?:!doctype|html)/i.test(text) ? 'html' : 'text'
  if (type === 'application/json' || type.endsWith('+json') || type === 'text/json') return 'json'
  if (type === 'text/html' || type === 'application/xhtml+xml') return 'html'
  if (
    type.startsWith('text/') ||
    type === 'application/xml' ||
    type.endsWith('+xml') ||
    type === 'application/yaml' ||
    type === 'application/x-ndjson'
  )
    return 'text'
  return 'other'
}

function parse(text: string): Json | undefined {
  if (nestsDeeperThan(text, MAX_DEPTH)) return undefined
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

function textResult(text: string): ReadAnswer {
  return { kind: 'result', result: { content: [{ type: 'text', text }] } }
}

function notUnderstood(why: 'html' | 'malformed-json' | 'media-type' | 'status', message: string): ReadAnswer {
  return { kind: 'not-understood', why, message }
}

function naming(status: number): string {
  const name = NAMES.get(status)
  return name === undefined ? String(status) : `${status} ${name}`
}
