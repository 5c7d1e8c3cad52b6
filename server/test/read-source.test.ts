// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources in strings look like templates that lost their quotes
import { describe, expect, it } from 'vitest'
import { readSource } from './read-source.ts'

const from = (text: string) => readSource(text).imports.map((each) => each.from)

describe('reading a source', () => {
  it('finds imports in each of their forms', () => {
    const text = [
      "import a, { type B } from './a.ts'",
      "import * as c from './c.ts'",
      "import type { D } from './d.ts'",
      "import './e.ts'",
      "export { f } from './f.ts'",
      "export * from './g.ts'",
      'import {\n  h,\n  i,\n} from "./h.ts"',
      "import j from './j.json' with { type: 'json' }",
      "const k = await import('./k.ts')",
      "type L = import('./l.ts').L",
    ].join('\n')

    const { imports } = readSource(text)

    expect(imports.map((each) => each.from)).toEqual([
      './a.ts',
      './c.ts',
      './d.ts',
      './e.ts',
      './f.ts',
      './g.ts',
      './h.ts',
      './j.json',
      './k.ts',
      './l.ts',
    ])
    expect(imports.filter((each) => each.typesOnly).map((each) => each.from)).toEqual(['./d.ts'])
  })

  it('takes nothing for an import that stands in a comment, a string, a template or a pattern', () => {
    const text = [
      "// import a from './a.ts'",
      "/* export * from './b.ts' */",
      'const c = "import c from \'./c.ts\'"',
      "const d = `import d from './d.ts' ${`${'}'} import('./e.ts')`}`",
      "const f = /import '.\\/[/']f.ts'/",
      "const g = 1 / 2 / 3; import g from './g.ts'",
    ].join('\n')

    expect(from(text)).toEqual(['./g.ts'])
  })

  it('finds the code inside templates', () => {
    const { code, imports } = readSource("const a = `x ${await import('./a.ts')} ${{ b: process.env['B'] }}`")

    expect(imports.map((each) => each.from)).toEqual(['./a.ts'])
    expect(code).toContain('process.env')
  })

  it('counts imports of something computed', () => {
    expect(readSource("await import(place); await import(`./${name}.ts`); await import('./fixed.ts')")).toMatchObject({
      computedImports: 2,
      imports: [{ from: './fixed.ts' }],
    })
  })
})
