import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { MAX_DOCUMENT_BYTES } from '../protocol/openapi/index.ts'
import { isArchive, unpack } from '../protocol/openapi/reading.ts'
import { UsageError } from './say.ts'

const MAX_FILES = 2_000

/**
 * An OpenAPI document from a file, or several from a folder or an archive as the one text in which they are handed in. Only what the person named is
 * read: references that lead out of it stay what they are.
 * @throws UsageError, refusals of the importer
 */
export function readDocumentAt(place: string): string {
  try {
    if (statSync(place).isDirectory()) return together(filesIn(place))
    const bytes = readFileSync(place)
    return isArchive(bytes) ? together(unpack(bytes, MAX_DOCUMENT_BYTES)) : bytes.toString('utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (typeof code !== 'string' || code.includes('/')) throw error
    throw new UsageError(`${place} ${code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`}.`)
  }
}

function together(files: ReadonlyMap<string, string>): string {
  return JSON.stringify({ files: Object.fromEntries(files) })
}

function filesIn(folder: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const name = relative(folder, path).split(sep).join('/')
    // A link could lead anywhere on this machine.
    if (!entry.isFile() || !/\.(?:json|ya?ml)$/i.test(name) || /(?:^|\/)(?:node_modules|\.)/.test(name)) continue
    if (files.size >= MAX_FILES) throw new UsageError(`${folder} holds more than ${MAX_FILES} documents.`)
    files.set(name, readFileSync(path, 'utf8'))
  }
  if (files.size === 0) throw new UsageError(`${folder} holds no document: files end in .json, .yaml or .yml.`)
  return files
}
