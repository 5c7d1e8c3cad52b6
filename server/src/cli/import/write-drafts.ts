import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { UsageError } from '../say.ts'
import type { Draft } from './draft.ts'

/**
 * Writes a folder for each draft with its manifest and document, and one runner file for those that are programs. Overwrites nothing.
 * @returns the files, in the order in which they were written
 * @throws UsageError naming a file that is there already, before anything is written
 */
export function writeDrafts(drafts: readonly Draft[], folder: string): readonly string[] {
  const files = new Map<string, string>()
  for (const { slug, manifest, document, remarks } of drafts) {
    if (manifest === null) continue
    const todo = remarks.map(({ level, message }) => `# ${level}: ${message.replaceAll(/\s+/g, ' ')}\n`).join('')
    files.set(join(folder, slug, 'manifest.yaml'), `${todo}${stringify(manifest)}`)
    if (document !== null) files.set(join(folder, slug, document.trimStart().startsWith('{') ? 'openapi.json' : 'openapi.yaml'), document)
  }
  const servers = Object.fromEntries(drafts.flatMap(({ slug, runner }) => (runner === null ? [] : [[slug, runner]])))
  if (Object.keys(servers).length > 0) files.set(join(folder, 'runner.yaml'), stringify({ servers }))
  for (const file of files.keys())
    if (existsSync(file)) throw new UsageError(`${file} is there already. Move it away, or choose another folder with --to.`)
  for (const [file, text] of files) {
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, text, { flag: 'wx' })
  }
  return [...files.keys()]
}
