import { isObject, type Json, type JsonObject, nestsDeeperThan } from '../../lib/index.ts'
import { fileName } from './file-name.ts'
import type { HandedFile } from './handed-file.ts'
import { bareType } from './media-types.ts'
import { naming } from './status-names.ts'

/** A block of content, in MCP's words. */
export type AnswerBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image' | 'audio'; readonly data: string; readonly mimeType: string }
  | { readonly type: 'resource'; readonly resource: { readonly uri: string; readonly mimeType: string; readonly blob: string } }
  | { readonly type: 'resource_link'; readonly uri: string; readonly name: string; readonly mimeType: string; readonly size: number }

/** What a tool gives back, in MCP's words. */
export type ToolResult = { readonly content: readonly AnswerBlock[]; readonly structuredContent?: JsonObject; readonly isError?: boolean }

/**
 * `file`: bytes that are too many to stand in a result, for whoever can hand them over; `whole` is the result that holds them all the same.
 * `not-understood` is for the caller to refuse: which refusal depends on what the API had declared.
 */
export type ReadAnswer =
  | { readonly kind: 'result'; readonly result: ToolResult }
  | { readonly kind: 'file'; readonly file: HandedFile; readonly whole: () => ToolResult }
  | { readonly kind: 'not-understood'; readonly why: 'html' | 'malformed-json' | 'status'; readonly message: string }

export type AnswerHeaders = Readonly<Record<string, string | undefined>>

const MAX_DEPTH = 128
const MAX_ERROR_TEXT = 2_000
/** More bytes than this are handed over instead of filling an assistant's memory. */
export const MAX_INLINE_BYTES = 256 * 1024

/**
 * Turns the answer of an API into a tool result. An answer that is an error becomes a result with `isError`, so that the assistant can correct itself.
 * @param headers with lower-case names
 * @param bytes the decoded body; its size is bounded by whoever read it
 * @param isHtml the document says that the operation answers with a web page; where it does not, one is a page for signing in or an error
 */
export function readAnswer(status: number, headers: AnswerHeaders, bytes: Buffer, isHtml = false): ReadAnswer {
  if (status < 200 || (status >= 300 && status < 400))
    return notUnderstood('status', `The API answered ${naming(status)}, which is not an answer to a call.`)
  const contentType = headers['content-type']
  const found = kindOf(contentType, bytes)
  const kind = found === 'html' && isHtml && status < 400 ? 'text' : found
  if (status >= 400) return { kind: 'result', result: readError(status, kind, bytes) }
  if (status === 204 || bytes.length === 0) return textResult(`Done: the API answered ${naming(status)} without content.`)
  switch (kind) {
    case 'json':
      return readJson(bytes, status)
    case 'text': {
      const text = textOf(bytes, contentType)
      if (text.trim() === '') return textResult(`Done: the API answered ${naming(status)} without content.`)
      return bytes.length <= MAX_INLINE_BYTES ? textResult(text) : fileOf(headers, bytes, () => ({ content: [{ type: 'text', text }] }))
    }
    case 'html':
      if (bytes.length < 100 && bytes.toString('utf8').trim() === '') return textResult(`Done: the API answered ${naming(status)} without content.`)
      return notUnderstood('html', 'The API answered with a web page.')
    case 'bytes': {
      const whole = () => ({ content: [block(headers, bytes)] })
      return bytes.length <= MAX_INLINE_BYTES ? { kind: 'result', result: whole() } : fileOf(headers, bytes, whole)
    }
  }
}

function readJson(bytes: Buffer, status: number): ReadAnswer {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '')
  if (text.trim() === '') return textResult(`Done: the API answered ${naming(status)} without content.`)
  const value = parse(text)
  if (value === undefined) return notUnderstood('malformed-json', 'The API said that it answers JSON, and what came cannot be read as JSON.')
  // Written anew, so that whoever checks the text and whoever reads it see the same one of two equal keys.
  const content = [{ type: 'text' as const, text: JSON.stringify(value) }]
  return { kind: 'result', result: isObject(value) ? { content, structuredContent: value } : { content } }
}

function readError(status: number, kind: ReturnType<typeof kindOf>, bytes: Buffer): ToolResult {
  const text = kind === 'json' || kind === 'text' ? bytes.toString('utf8') : ''
  const value = kind === 'json' ? parse(text) : undefined
  const shown = value !== undefined ? JSON.stringify(value) : text.trim()
  const body = shown.length > MAX_ERROR_TEXT ? `${shown.slice(0, MAX_ERROR_TEXT).toWellFormed()}…` : shown
  const first = `The API answered ${naming(status)}.`
  return { content: [{ type: 'text', text: body === '' ? first : `${first}\n${body}` }], isError: true }
}

function kindOf(contentType: string | undefined, bytes: Buffer): 'json' | 'text' | 'html' | 'bytes' {
  const type = bareType(contentType ?? '')
  if (type === '') {
    const start = bytes.toString('latin1', 0, 200)
    return /^\s*[{[]/.test(start) ? 'json' : /^\s*<(?:!doctype|html)/i.test(start) ? 'html' : isText(bytes) ? 'text' : 'bytes'
  }
  if (type === 'application/json' || type.endsWith('+json') || type === 'text/json') return 'json'
  if (type === 'text/html' || type === 'application/xhtml+xml') return 'html'
  if (type.startsWith('text/') || type === 'application/xml' || type.endsWith('+xml') || TEXTS.has(type))
    return type === 'image/svg+xml' ? 'bytes' : 'text'
  return 'bytes'
}

const TEXTS = new Set([
  'application/yaml',
  'application/x-yaml',
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/javascript',
])

/** Whether the first part could be text at all. */
function isText(bytes: Buffer): boolean {
  const head = bytes.subarray(0, 4_096)
  return !head.includes(0) && !head.toString('utf8').slice(0, -1).includes('\uFFFD')
}

/** In the charset that the header names; one that is not known reads as UTF-8. */
function textOf(bytes: Buffer, contentType: string | undefined): string {
  const charset = /;\s*charset="?([A-Za-z0-9_.:-]{1,40})/i.exec(contentType ?? '')?.[1]
  if (charset === undefined || /^utf-?8$/i.test(charset)) return bytes.toString('utf8')
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return bytes.toString('utf8')
  }
}

function block(headers: AnswerHeaders, bytes: Buffer): AnswerBlock {
  const mimeType = bareType(headers['content-type'] ?? '') || 'application/octet-stream'
  const data = bytes.toString('base64')
  // SVG can carry scripts, so it is a document like any other.
  if (mimeType.startsWith('image/') && mimeType !== 'image/svg+xml') return { type: 'image', data, mimeType }
  if (mimeType.startsWith('audio/')) return { type: 'audio', data, mimeType }
  return { type: 'resource', resource: { uri: `attachment:${encodeURIComponent(fileName(headers, mimeType))}`, mimeType, blob: data } }
}

function fileOf(headers: AnswerHeaders, bytes: Buffer, whole: () => ToolResult): ReadAnswer {
  const mediaType = bareType(headers['content-type'] ?? '') || 'application/octet-stream'
  return { kind: 'file', file: { name: fileName(headers, mediaType), mediaType, bytes }, whole }
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

function notUnderstood(why: 'html' | 'malformed-json' | 'status', message: string): ReadAnswer {
  return { kind: 'not-understood', why, message }
}
