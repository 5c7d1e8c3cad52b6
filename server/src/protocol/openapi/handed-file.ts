import { randomBytes } from 'node:crypto'
import { isObject, type Json, type JsonObject, pointer } from '../../lib/index.ts'
import { ArgumentRefusedError } from './openapi-errors.ts'

/** A file as it is sent. */
export type HandedFile = { readonly name: string; readonly mediaType: string; readonly bytes: Uint8Array }

/** A file as it is told to an API that fetches files itself. */
export type FileLink = { readonly name: string; readonly id: string; readonly mime_type: string; readonly download_link: string }

/** Files that were handed over before, by id: what arguments refer to, opened before the request is built. */
export type Handed = { readonly files: ReadonlyMap<string, HandedFile>; readonly links: ReadonlyMap<string, FileLink> }

export const NO_FILES: Handed = { files: new Map(), links: new Map() }
export const MAX_LINKED_FILES = 10
export const FILE_ID = /^fil_[0-9a-f]{32}$/

/** What assistants are told to give for a file. Both ways in one object: short ones in place, others by the id that handing over answered. */
export const FILE_SCHEMA = {
  type: 'object',
  description:
    'A file: its bytes in base64 as "data", or as "file" the id of one that was handed over to Handfast before (POST /api/v1/files answers the id).',
  properties: {
    data: { type: 'string', contentEncoding: 'base64' },
    file: { type: 'string', pattern: '^fil_[0-9a-f]{32}$' },
    name: { type: 'string', maxLength: 200 },
    mediaType: { type: 'string', maxLength: 100 },
  },
  additionalProperties: false,
} as const

/** Ids under which an argument names files; deeper than a list of files, nothing is looked for. */
export function fileIdsIn(value: Json | undefined): readonly string[] {
  const items = Array.isArray(value) ? (value as readonly Json[]) : value === undefined ? [] : [value]
  return items.flatMap((item) => (isObject(item) && typeof item['file'] === 'string' ? [item['file']] : []))
}

/** @throws ArgumentRefusedError where it is no file, or one that was not handed over */
export function fileOf(value: Json, argument: string, handed: Handed): HandedFile {
  const refuse = (why: string) => new ArgumentRefusedError(`The argument "${argument}" ${why}.`, pointer(argument))
  if (!isObject(value)) throw refuse('takes a file: an object with "data" in base64, or "file" with an id')
  const given = value as JsonObject
  const [name, mediaType] = [given['name'], given['mediaType']].map((text) => (typeof text === 'string' && text !== '' ? text : undefined))
  if (mediaType !== undefined && !MEDIA_TYPE.test(mediaType)) throw refuse('has a media type that cannot be sent')
  if (typeof given['file'] === 'string') {
    const file = handed.files.get(given['file'])
    if (file === undefined) throw refuse('names a file that is not there. Hand it over again')
    return { name: name ?? file.name, mediaType: mediaType ?? file.mediaType, bytes: file.bytes }
  }
  const { data } = given
  if (typeof data !== 'string') throw refuse('takes a file: an object with "data" in base64, or "file" with an id')
  const plain = data.replace(/[\r\n]/g, '')
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(plain)) throw refuse('has "data" that is not base64')
  return { name: name ?? 'file', mediaType: mediaType ?? 'application/octet-stream', bytes: Buffer.from(plain, 'base64') }
}

/** A media type with its parameters, as one header field. */
export const MEDIA_TYPE =
  /^[A-Za-z0-9!#$&^_.+-]{1,100}\/[A-Za-z0-9!#$&^_.+-]{1,100}(?:\s*;\s*[A-Za-z0-9!#$&^_.+-]{1,50}=(?:[A-Za-z0-9!#$&^_.+-]{1,100}|"[A-Za-z0-9 !#$&^_.+:/-]{0,100}"))*$/

/** Nobody can know it beforehand, so no file can contain it on purpose. */
export function newBoundary(): string {
  return `handfast-${randomBytes(18).toString('hex')}`
}
