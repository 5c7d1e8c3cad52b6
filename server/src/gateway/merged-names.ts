import { isObject, type Json, type JsonObject } from '../lib/index.ts'

/**
 * Names in the merged lists. A tool or prompt is the connector's short name, `_`, and its own name; short names have no `_`. A URI gets the short name and
 * `+` before its scheme, which is a scheme again (RFC 3986 section 3.1) and can be taken apart again, because short names have no `+` either.
 */
export function splitName(name: string): { readonly slug: string; readonly own: string } | undefined {
  const cut = name.indexOf('_')
  return cut > 0 ? { slug: name.slice(0, cut), own: name.slice(cut + 1) } : undefined
}

export function splitUri(uri: string): { readonly slug: string; readonly own: string } | undefined {
  const cut = uri.indexOf('+')
  return cut > 0 && /^[a-z][a-z0-9-]{1,30}$/.test(uri.slice(0, cut)) ? { slug: uri.slice(0, cut), own: uri.slice(cut + 1) } : undefined
}

export function mergedUri(slug: string, uri: string): string {
  return `${slug}+${uri}`
}

/** A content block whose address, where it has one, is that of the merged lists. */
function mergedBlock(slug: string, block: Json): Json {
  if (!isObject(block)) return block
  if (block['type'] === 'resource_link' && typeof block['uri'] === 'string') return { ...block, uri: mergedUri(slug, block['uri']) }
  const { resource } = block
  if (block['type'] !== 'resource' || !isObject(resource) || typeof resource['uri'] !== 'string') return block
  return { ...block, resource: { ...resource, uri: mergedUri(slug, resource['uri']) } }
}

/** A result with the addresses of the merged lists; the same object where it has none. */
export function mergedResult<T extends JsonObject>(slug: string, result: T): T {
  const { content, contents, messages } = result as JsonObject
  if (Array.isArray(content) && content.some((block) => isObject(block) && (block['type'] === 'resource' || block['type'] === 'resource_link')))
    return { ...result, content: content.map((block) => mergedBlock(slug, block)) }
  if (Array.isArray(contents))
    return {
      ...result,
      contents: contents.map((item) => (isObject(item) && typeof item['uri'] === 'string' ? { ...item, uri: mergedUri(slug, item['uri']) } : item)),
    }
  if (Array.isArray(messages))
    return {
      ...result,
      messages: messages.map((message) =>
        isObject(message) && message['content'] !== undefined ? { ...message, content: mergedBlock(slug, message['content']) } : message,
      ),
    }
  return result
}
