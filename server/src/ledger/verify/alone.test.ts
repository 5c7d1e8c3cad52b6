import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const folder = import.meta.dirname

describe('the verifier', () => {
  it("imports nothing but its own files and Node's modules, so that a mistake of the writer is not repeated", () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))

    const imports = files.flatMap((name) => {
      const text = readFileSync(join(folder, name), 'utf8')
      return [...text.matchAll(/(?:\bfrom|\bimport|\brequire)\s*\(?\s*['"]([^'"]+)['"]/g)].map((match) => match[1] ?? '')
    })

    expect(files.length).toBeGreaterThan(5)
    expect(imports).toContain('node:crypto')
    expect(imports.filter((specifier) => !/^\.\/[a-z-]+\.ts$/.test(specifier) && !specifier.startsWith('node:'))).toEqual([])
  })
})
