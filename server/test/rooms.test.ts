import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writtenFiles } from '../../scripts/written-files.ts'
import config from '../../vitest.config.ts'
import { readSource, type Source } from './read-source.ts'
import {
  computedImports,
  innerDoors,
  longFiles,
  MOST_LINES,
  MOST_LINES_OF_TESTS,
  mayImport,
  networkCalls,
  networkExceptions,
  networkModules,
  openToAll,
  standAlone,
} from './rooms.ts'

const repository = resolve(import.meta.dirname, '../..')
const sources = join(repository, 'server/src')

type File = Source & { readonly path: string; readonly room: string; readonly lines: number }

function read(folder: string): readonly File[] {
  return writtenFiles(folder, '**/*.{ts,tsx,mjs}').map((path) => {
    const text = readFileSync(join(folder, path), 'utf8')
    return { ...readSource(text), path, room: path.split('/')[0] ?? '', lines: text.split('\n').length - 1 }
  })
}

/** Tests put together whatever they prove; the table is about what runs. */
const files = read(sources).filter(({ path }) => !path.endsWith('.test.ts'))

/** Imports of other rooms: from which file, into which one, both relative to server/src. */
const crossings = files.flatMap((file) =>
  file.imports
    .filter(({ from }) => from.startsWith('.'))
    .map(({ from }) => ({
      file: file.path,
      room: file.room,
      into: relative(sources, resolve(sources, dirname(file.path), from)).replaceAll('\\', '/'),
    }))
    .map((crossing) => ({ ...crossing, other: crossing.into.split('/')[0] ?? '' }))
    .filter(({ room, other }) => room !== other),
)

function isAllowed(room: string, other: string): boolean {
  const row = mayImport[room] ?? []
  return openToAll.includes(other) || row.includes(other) || (row.includes('*') && !row.includes(`!${other}`))
}

const isUnder = (path: string, folders: readonly string[]): boolean => folders.some((folder) => path.startsWith(folder))

describe('the rooms of the server', () => {
  it('are those of the table, no more and no fewer', () => {
    expect([...new Set(files.map(({ room }) => room))].toSorted()).toEqual(Object.keys(mayImport).toSorted())
  })

  it('import only whom the table lets them', () => {
    const wrong = crossings.filter(({ room, other }) => other !== '..' && !isAllowed(room, other))

    expect(wrong.map(({ file, into }) => `${file} imports ${into}`)).toEqual([])
  })

  it('are entered by their doors', () => {
    const wrong = crossings.filter(
      ({ into, other }) => other !== '..' && into.includes('/') && into !== `${other}/index.ts` && !innerDoors.includes(into),
    )

    expect(wrong.map(({ file, into }) => `${file} enters by ${into}`)).toEqual([])
  })

  it('reach out of the server for its package file only', () => {
    const wrong = crossings.filter(({ other, into }) => other === '..' && into !== '../package.json')

    expect(wrong.map(({ file, into }) => `${file} imports ${into}`)).toEqual([])
  })

  it('form no circle', () => {
    const graph = Map.groupBy(crossings, ({ room }) => room)
    const circles: string[] = []
    const visit = (room: string, path: readonly string[]): void => {
      if (path.includes(room)) return void circles.push([...path.slice(path.indexOf(room)), room].join(' → '))
      for (const other of new Set(graph.get(room)?.map((crossing) => crossing.other))) visit(other, [...path, room])
    }
    for (const room of graph.keys()) visit(room, [])

    expect(circles).toEqual([])
  })

  it.each(standAlone)('%s imports nothing but modules of Node and itself', (folder) => {
    const own = files.filter(({ path }) => path.startsWith(`${folder}/`))
    const foreign = own.flatMap(({ path, imports }) =>
      imports.filter(({ from }) => !from.startsWith('node:') && !/^\.\/[^.]/.test(from)).map(({ from }) => `${path} imports ${from}`),
    )

    expect(own.length).toBeGreaterThan(0)
    expect(foreign).toEqual([])
  })

  it('load nothing by a computed name, but for what is listed', () => {
    const found = files.filter((file) => file.computedImports > 0).map(({ path }) => path)

    expect(found).toEqual(computedImports.map(({ file }) => file))
  })

  it('name modules of Node with their prefix, so that no package can stand in for one', () => {
    const bare = files.flatMap(({ path, imports }) =>
      imports.filter(({ from }) => builtinModules.includes(from)).map(({ from }) => `${path}: ${from}`),
    )

    expect(bare).toEqual([])
  })
})

describe('the one way out', () => {
  const usesOf = ({ imports, code }: File): readonly string[] => [
    ...imports
      .filter(({ typesOnly }) => !typesOnly)
      .flatMap(({ from }) => networkModules.filter((name) => from === name || from.startsWith(`${name}/`))),
    ...networkCalls.filter(
      (name) => new RegExp(`(?<![.\\w$#])(?:globalThis\\.)?${name}\\s*\\(`).test(code) && !new RegExp(`function\\s+${name}\\b`).test(code),
    ),
  ]

  it('is egress: nobody else opens connections, but for what is listed', () => {
    const wrong = files
      .filter(({ room }) => room !== 'egress')
      .flatMap((file) => usesOf(file).map((use) => ({ path: file.path, use })))
      .filter(({ path, use }) => !networkExceptions.some((exception) => path.startsWith(exception.under) && exception.uses.includes(use)))

    expect(wrong.map(({ path, use }) => `${path} uses ${use}`)).toEqual([])
  })

  it('has no exception that nobody needs', () => {
    const needed = networkExceptions.map(({ under, uses }) => ({
      under,
      uses: uses.filter((use) => files.some((file) => file.path.startsWith(under) && usesOf(file).includes(use))),
    }))

    expect(needed).toEqual(networkExceptions.map(({ under, uses }) => ({ under, uses })))
  })
})

describe('the environment', () => {
  it('is read in config only', () => {
    const wrong = files.filter(({ room, code }) => room !== 'config' && /\bprocess\s*(?:\?\.|\.|\[)\s*(?:env\b|'\d+'\])/.test(code))

    expect(wrong.map(({ path }) => path)).toEqual([])
  })
})

describe('the packages of the repository', () => {
  const importsOf = (folder: string) =>
    read(join(repository, folder)).flatMap(({ path, imports }) => imports.map(({ from }) => `${folder}/${path}: ${from}`))

  it('all build on the contract, which builds on none of them', () => {
    const foreign = importsOf('contract/src').filter(
      (each) => !/: (?:\.{1,2}\/(?!.*\.\.\/\.\.\/\.\.)|zod$)/.test(each) && !/\.test\.ts: (?:vitest|fast-check|node:.*)$/.test(each),
    )

    expect(foreign).toEqual([])
  })

  it('keep the console away from the server and the server away from the console', () => {
    const console = importsOf('console/src').filter((each) => /: .*(?:server\/|^handfast$|node:)/.test(each))
    const server = importsOf('server/src').filter(
      (each) => /: .*(?:\/console\/|\/examples\/|\/e2e\/|\/bench\/)/.test(each) && !each.includes('.test.ts:'),
    )

    expect([...console, ...server]).toEqual([])
  })

  it(`have files that can be read in one go: at most ${MOST_LINES} lines`, () => {
    const folders = ['contract/src', 'server/src', 'server/test', 'console/src', 'examples', 'e2e', 'bench/src', 'chaos', 'scripts']
    const long = folders.flatMap((folder) => read(join(repository, folder)).map(({ path, lines }) => ({ path: `${folder}/${path}`, lines })))
    const tooLong = long
      .filter(({ path, lines }) => lines > (path.includes('.test.') ? MOST_LINES_OF_TESTS : MOST_LINES))
      .filter(
        ({ path }) =>
          !isUnder(
            path,
            longFiles.map(({ under }) => under),
          ),
      )

    expect(tooLong.map(({ path, lines }) => `${path} has ${lines} lines`)).toEqual([])
  })

  it('have no test that a run leaves out', () => {
    const include = (config as { readonly test?: { readonly include?: readonly string[] } }).test?.include ?? []
    const found = new Set(include.flatMap((pattern) => writtenFiles(repository, pattern)))
    const tests = writtenFiles(repository, '*/**/*.test.{ts,tsx}')

    expect(tests.length).toBeGreaterThan(50)
    expect(tests.filter((path) => !found.has(path))).toEqual([])
  })
})
