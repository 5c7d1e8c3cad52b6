import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { environmentValue } from '../config/index.ts'
import { UsageError } from './say.ts'

/** Where a secret is. It is never written into the file that names it, since such files end up in repositories. */
export type SecretPlace = { readonly env: string } | { readonly file: string }

/** @param from folder that relative paths start at. @throws UsageError */
export function readSecret(place: SecretPlace, from: string): string {
  const secret = 'env' in place ? environmentValue(place.env) : readText(resolve(from, place.file))
  const trimmed = secret?.trim() ?? ''
  if (trimmed === '') throw new UsageError('env' in place ? `The variable ${place.env} is not set.` : `${place.file} is empty.`)
  return trimmed
}

/** @throws UsageError naming the file and what is in the way */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(`${file} ${code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`}.`)
  }
}
