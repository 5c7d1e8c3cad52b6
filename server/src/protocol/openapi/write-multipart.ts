import type { FieldBinding } from '@handfast/contract'
import { isObject, type Json } from '../../lib/index.ts'
import { textOf } from './argument-values.ts'
import { fileOf, type Handed, newBoundary } from './handed-file.ts'
import { pairWriter } from './write-query.ts'

type Part = { readonly name: string; readonly filename?: string; readonly type?: string; readonly content: string | Uint8Array }

/** `multipart/form-data` (RFC 7578), as far as OpenAPI describes it (OAS 3.2 section 4.15.1). */
export function writeMultipart(
  given: readonly (readonly [string, Json])[],
  fields: Readonly<Record<string, FieldBinding>>,
  handed: Handed,
): { readonly contentType: string; readonly body: Uint8Array } {
  const boundary = newBoundary()
  const pieces: Uint8Array[] = []
  for (const [name, value] of given) {
    for (const part of partsOf(name, value, Object.hasOwn(fields, name) ? fields[name] : undefined, handed)) {
      pieces.push(Buffer.from(`--${boundary}\r\n${headOf(part)}\r\n\r\n`))
      pieces.push(typeof part.content === 'string' ? Buffer.from(part.content) : part.content)
      pieces.push(Buffer.from('\r\n'))
    }
  }
  pieces.push(Buffer.from(`--${boundary}--\r\n`))
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: Buffer.concat(pieces) }
}

/** Lists repeat their field; what is no plain value is a JSON document of its own. */
function partsOf(name: string, value: Json, field: FieldBinding | undefined, handed: Handed): readonly Part[] {
  if (value === null) return []
  const type = field?.contentType
  if (field?.carries === 'file') {
    const items = Array.isArray(value) ? (value as readonly Json[]) : [value]
    return items.map((item) => {
      const file = fileOf(item, name, handed)
      // The document may say which types the API takes; a list of them leaves the choice to the file.
      return { name, filename: file.name, type: type === undefined || /[,*]/.test(type) ? file.mediaType : type, content: file.bytes }
    })
  }
  if (field?.style !== undefined || field?.explode !== undefined || field?.allowReserved !== undefined) {
    // Parts are not percent-encoded (RFC 7578 section 5.1), so what the style wrote is read back.
    return pairWriter(name, field)(value, name).map(([key, text]) => ({ name: decodeURIComponent(key), content: decodeURIComponent(text) }))
  }
  if (Array.isArray(value) && type === undefined) return (value as readonly Json[]).flatMap((item) => partsOf(name, item, undefined, handed))
  const isPlain = !isObject(value) && !Array.isArray(value)
  const chosen = type?.split(',')[0]?.trim() ?? (isPlain ? undefined : 'application/json')
  return [
    { name, ...(chosen === undefined ? {} : { type: chosen }), content: isPlain && !isJson(chosen) ? textOf(value, name) : JSON.stringify(value) },
  ]
}

function isJson(type: string | undefined): boolean {
  return type !== undefined && /[/+]json\b/i.test(type)
}

function headOf({ name, filename, type }: Part): string {
  const file = filename === undefined ? '' : `; filename="${quoted(filename)}"`
  return `Content-Disposition: form-data; name="${quoted(name)}"${file}${type === undefined ? '' : `\r\nContent-Type: ${type}`}`
}

/** As browsers write names (WHATWG HTML, "multipart/form-data encoding algorithm"): a line break or a quote cannot end the field. */
function quoted(text: string): string {
  return text.toWellFormed().replace(/["\r\n]/g, (character) => (character === '"' ? '%22' : character === '\r' ? '%0D' : '%0A'))
}
