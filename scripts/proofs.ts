import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from './steps.ts'
import { writtenFiles } from './written-files.ts'

const call = /^proves\(([^)]*)\)/gm
const folders = ['server', 'e2e', 'scripts', 'chaos', 'console', 'examples']

/** Which test files prove which control, from the `proves(...)` at their top level, both in alphabetical order. */
export function collectProofs(root: string = repository): Readonly<Record<string, readonly string[]>> {
  const found = new Map<string, Set<string>>()
  for (const folder of folders) {
    for (const path of writtenFiles(join(root, folder), '**/*.test.ts')) {
      const file = `${folder}/${path}`
      for (const [, inside] of readFileSync(join(root, file), 'utf8').matchAll(call)) {
        for (const [, id] of (inside ?? '').matchAll(/'([^']+)'/g)) {
          const files = found.get(id ?? '') ?? new Set()
          found.set(id ?? '', files.add(file))
        }
      }
    }
  }
  return Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([id, files]) => [id, [...files].toSorted()]))
}
