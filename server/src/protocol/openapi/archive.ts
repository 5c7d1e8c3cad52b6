import { gunzipSync } from 'node:zlib'
import { unzipSync } from 'fflate'
import { DocumentTooLargeError, UploadInvalidError } from './openapi-errors.ts'

/** Text of the files of an upload, by their paths within it. */
export type UploadedFiles = ReadonlyMap<string, string>

const MAX_FILES = 2_000
const DOCUMENT = /\.(?:json|ya?ml)$/i

/**
 * The documents in a zip or tar archive (plain or gzip). Only texts come out, into memory: paths are names to look up, and nothing is written.
 * @throws UploadInvalidError, DocumentTooLargeError
 */
export function unpack(bytes: Uint8Array, maxBytes: number): UploadedFiles {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (isZip(buffer)) return unzip(buffer, maxBytes)
  if (buffer[0] === 0x1f && buffer[1] === 0x8b) return untar(gunzip(buffer, maxBytes), maxBytes)
  if (isTar(buffer)) return untar(buffer, maxBytes)
  throw new UploadInvalidError('This is neither a zip archive nor a tar archive.')
}

export function isArchive(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return isZip(buffer) || (buffer[0] === 0x1f && buffer[1] === 0x8b) || isTar(buffer)
}

function isZip(buffer: Buffer): boolean {
  return buffer.length >= 4 && buffer.readUInt32LE(0) === 0x04034b50
}

function isTar(buffer: Buffer): boolean {
  return buffer.length >= 512 && buffer.toString('latin1', 257, 262) === 'ustar'
}

function gunzip(buffer: Buffer, maxBytes: number): Buffer {
  try {
    // Headers and padding of tar take room beside the documents.
    return gunzipSync(buffer, { maxOutputLength: 2 * maxBytes })
  } catch (error) {
    if ((error as { readonly code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw new DocumentTooLargeError(maxBytes)
    throw new UploadInvalidError('The archive cannot be read: its compression is broken.')
  }
}

function unzip(buffer: Buffer, maxBytes: number): UploadedFiles {
  let left = maxBytes
  let count = 0
  let unpacked: Record<string, Uint8Array>
  try {
    unpacked = unzipSync(buffer, {
      filter: ({ name, originalSize }) => {
        if (!DOCUMENT.test(name)) return false
        left -= originalSize
        count++
        if (left < 0) throw new DocumentTooLargeError(maxBytes)
        return count <= MAX_FILES
      },
    })
  } catch (error) {
    if (error instanceof DocumentTooLargeError) throw error
    throw new UploadInvalidError('The archive cannot be read: it is broken, or of a kind that is not supported.')
  }
  const files = new Map<string, string>()
  for (const [name, bytes] of Object.entries(unpacked)) put(files, name, bytes)
  return files
}

/** ustar, with the long names of pax and GNU. */
function untar(buffer: Buffer, maxBytes: number): UploadedFiles {
  const files = new Map<string, string>()
  let longName: string | undefined
  let total = 0
  for (let at = 0; at + 512 <= buffer.length && buffer[at] !== 0; ) {
    const size = Number.parseInt(text(buffer, at + 124, 12).trim() || '0', 8)
    if (!Number.isSafeInteger(size) || size < 0 || at + 512 + size > buffer.length)
      throw new UploadInvalidError('The archive cannot be read: it breaks off.')
    const content = buffer.subarray(at + 512, at + 512 + size)
    const type = String.fromCharCode(buffer[at + 156] ?? 0)
    const prefix = text(buffer, at + 345, 155)
    const name = longName ?? `${prefix === '' ? '' : `${prefix}/`}${text(buffer, at, 100)}`
    longName = undefined
    if (type === 'L') longName = content.toString('utf8').replace(/\0.*$/s, '')
    else if (type === 'x') longName = /(?:^|\n)\d+ path=([^\n]*)\n/.exec(content.toString('utf8'))?.[1]
    else if ((type === '0' || type === '\0') && DOCUMENT.test(name)) {
      total += size
      if (total > maxBytes) throw new DocumentTooLargeError(maxBytes)
      if (files.size < MAX_FILES) put(files, name, content)
    }
    at += 512 + Math.ceil(size / 512) * 512
  }
  return files
}

function text(buffer: Buffer, at: number, length: number): string {
  return buffer.toString('utf8', at, at + length).replace(/\0.*$/s, '')
}

function put(files: Map<string, string>, name: string, bytes: Uint8Array): void {
  const path = name.replaceAll('\\', '/').replace(/^(?:\.?\/)+/, '')
  if (path.split('/').includes('..') || /(?:^|\/)(?:__MACOSX|\.)/.test(path)) return
  files.set(path, new TextDecoder('utf-8').decode(bytes))
}
