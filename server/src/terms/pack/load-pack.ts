import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { TermsPack } from '@handfast/contract'
import { sha256 } from '../../lib/index.ts'
import { TermsPackInvalidError } from '../terms-errors.ts'
import { readPack } from './read-pack.ts'

/** Packs that ship. */
export const shippedPacks = ['default', 'house'] as const

/** The folder of the packs: beside the sources, and beside the bundled code of the package that people install. */
export function packFile(name: string): string {
  const sources = fileURLToPath(new URL(`../packs/${name}`, import.meta.url))
  return existsSync(sources) ? sources : fileURLToPath(new URL(`./packs/${name}`, import.meta.url))
}

/** A pack is long and is read more than once by one process; nothing changes what was read. */
let latest: { readonly key: string; readonly pack: TermsPack } | undefined

/**
 * The pack that the settings name: one that ships, or a file of the operator's own.
 * @throws TermsPackInvalidError with every problem and its place
 */
export function loadPack(named: string, controls: ReadonlySet<string> | null): TermsPack {
  const file = (shippedPacks as readonly string[]).includes(named) ? packFile(`${named}.yaml`) : named
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new TermsPackInvalidError(file, [{ line: 1, column: 1, path: '', message: 'The file cannot be read.' }], { cause })
  }
  const key = sha256(JSON.stringify([text, controls === null ? null : [...controls].toSorted()]))
  if (latest?.key === key) return latest.pack
  const { pack, problems } = readPack(text, controls)
  if (pack === null) throw new TermsPackInvalidError(file, problems)
  latest = { key, pack }
  return pack
}
