import { isObject, type Json } from '../lib/index.ts'
import type { ToolResult as McpResult } from '../protocol/mcp/index.ts'
import {
  type AnswerBlock,
  FILE_ID,
  type FileLink,
  type Handed,
  type HandedFile,
  type ReadAnswer,
  safeName,
  type ToolResult,
} from '../protocol/openapi/index.ts'
import type { FileDesk } from './upstream-call.ts'
import { UpstreamTooLargeError } from './upstream-errors.ts'

/** The field in which Actions give files back, and how many there may be and how large. */
const RETURNED = 'openaiFileResponse'
const MAX_RETURNED = 10
const MAX_RETURNED_BYTES = 10 * 1024 * 1024

/** Opens the files that a call names. What is not there, or not this person's, is left out, and the request builder says which argument named it. */
export async function handedFor(
  named: { readonly bytes: readonly string[]; readonly links: readonly string[] },
  desk: FileDesk | undefined,
): Promise<Handed> {
  const files = new Map<string, HandedFile>()
  const links = new Map<string, FileLink>()
  for (const id of new Set(named.bytes)) {
    const file = FILE_ID.test(id) ? await desk?.open(id) : undefined
    if (file !== undefined) files.set(id, file)
  }
  for (const id of new Set(named.links)) {
    const link = FILE_ID.test(id) ? await desk?.link(id) : undefined
    if (link !== undefined) links.set(id, link)
  }
  return { files, links }
}

/** Many bytes become a file that the person, or their assistant, can fetch for a while. */
export async function keepBig(answer: ReadAnswer & { readonly kind: 'file' }, desk: FileDesk | undefined): Promise<McpResult> {
  if (desk === undefined) return answer.whole() as McpResult
  if (answer.file.bytes.byteLength > MAX_RETURNED_BYTES)
    throw new UpstreamTooLargeError(`The connector answered with a file of more than ${MAX_RETURNED_BYTES / 1024 / 1024} MiB.`, 'maybe')
  return { content: [await linkTo(answer.file, desk)] } as McpResult
}

/** Files that stand inside a JSON answer become links beside it, and their bytes leave the text that the assistant reads. */
export async function keepReturned(result: ToolResult, desk: FileDesk | undefined): Promise<McpResult> {
  const listed = result.structuredContent?.[RETURNED]
  if (desk === undefined || result.isError === true || !Array.isArray(listed) || listed.length === 0) return result as McpResult
  const links: AnswerBlock[] = []
  const shown: Json[] = []
  for (const item of (listed as readonly Json[]).slice(0, MAX_RETURNED)) {
    const file = inlineFile(item)
    if (file === undefined) {
      shown.push(item)
      continue
    }
    const link = await linkTo(file, desk)
    links.push(link)
    shown.push({ name: file.name, mime_type: file.mediaType, content: '', download_link: link.uri })
  }
  if (links.length === 0) return result as McpResult
  const structuredContent = { ...result.structuredContent, [RETURNED]: shown }
  return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }, ...links], structuredContent } as McpResult
}

/** `{name, mime_type, content}` with the bytes in base64. A bare address is the API's own to serve, and stays what it is. */
function inlineFile(item: Json): HandedFile | undefined {
  if (!isObject(item) || typeof item['content'] !== 'string' || item['content'] === '') return undefined
  const bytes = Buffer.from(item['content'], 'base64')
  if (bytes.byteLength === 0 || bytes.byteLength > MAX_RETURNED_BYTES) return undefined
  const [name, type] = [item['name'], item['mime_type']]
  const mediaType = typeof type === 'string' && /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(type) ? type : 'application/octet-stream'
  return { name: safeName(typeof name === 'string' ? name : '') || 'file', mediaType, bytes }
}

async function linkTo(file: HandedFile, desk: FileDesk): Promise<AnswerBlock & { readonly type: 'resource_link' }> {
  const { uri } = await desk.keep(file)
  return { type: 'resource_link', uri, name: file.name, mimeType: file.mediaType, size: file.bytes.byteLength }
}
