import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'

type Manifest = { readonly version: string; readonly bin?: Readonly<Record<string, string>> }

/** An installed npm package: its version, and the file of its command of the same name. @throws Error when it is not installed */
export function installed(name: string): { readonly version: string; readonly command: string | null } {
  const path = findPackageJSON(name, import.meta.url)
  if (path === undefined) throw new Error(`${name} is not installed`)
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest
  const file = manifest.bin?.[name]
  return { version: manifest.version, command: file === undefined ? null : join(dirname(path), file) }
}
