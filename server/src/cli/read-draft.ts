import { resolve } from 'node:path'
import { parse } from 'yaml'
import { readDocumentAt } from './read-document.ts'
import { readText } from './read-secret.ts'
import { UsageError } from './say.ts'

/** A manifest as far as it is written, with what goes with it. It may be unfinished, but it has to say which connector it is about. */
export type WrittenDraft = {
  readonly slug: string
  readonly manifest: Readonly<Record<string, unknown>>
  readonly document?: string
  readonly overlay?: string
}

/** @throws UsageError */
export function readDraft(file: string, openapi: string | undefined, overlay: string | undefined): WrittenDraft {
  const written: unknown = read(file)
  if (typeof written !== 'object' || written === null || Array.isArray(written))
    throw new UsageError(`${file} is not a manifest: it holds no fields.`)
  const manifest = written as Readonly<Record<string, unknown>>
  const { slug } = manifest
  if (typeof slug !== 'string' || slug === '') throw new UsageError(`${file} does not say which connector it is about. Give it a \`slug\`.`)
  return {
    slug,
    manifest,
    ...(openapi === undefined ? {} : { document: readDocumentAt(resolve(openapi)) }),
    ...(overlay === undefined ? {} : { overlay: readText(resolve(overlay)) }),
  }
}

function read(file: string): unknown {
  try {
    return parse(readText(resolve(file)))
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${file} cannot be read as YAML: ${(error as Error).message.split('\n')[0]}`)
  }
}
