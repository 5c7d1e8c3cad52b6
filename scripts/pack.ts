import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { ensureConsole } from './build-console.ts'
import { reachedPackages } from './reached-packages.ts'
import { repository } from './steps.ts'

type ServerPackage = {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly license: string
  readonly engines: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
}

const sources = join(repository, 'server/src')

/** Files that run on threads of their own: the sources name them with both endings, `'./x.ts' : './x.js'`, and they lie beside their starter. */
function threadFiles(): readonly string[] {
  return readdirSync(sources, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .flatMap((entry) =>
      [...readFileSync(join(entry.parentPath, entry.name), 'utf8').matchAll(/'\.\/([\w-]+)\.ts' : '\.\/\1\.js'/g)].map((found) =>
        join(entry.parentPath, `${found[1]}.ts`),
      ),
    )
}

/**
 * Builds the package that people install: JavaScript for Node 22.19 and newer in one flat folder (Node strips no types below node_modules),
 * the contract inside, the console built, and the dependencies as they were tested. Whoever installs it gets nothing newer than that: what is the same on
 * every platform lies in the package, and npm fetches the rest at fixed versions.
 * @param folder is emptied first
 * @returns the folder
 */
export async function pack(folder: string = join(repository, 'dist/handfast')): Promise<string> {
  const server = JSON.parse(readFileSync(join(repository, 'server/package.json'), 'utf8')) as ServerPackage
  const console = await ensureConsole()
  rmSync(folder, { recursive: true, force: true })
  const lib = join(folder, 'lib')
  mkdirSync(lib, { recursive: true })

  const threads = threadFiles().map((file) => [file.slice(file.lastIndexOf('/') + 1, -3), file] as const)
  const { metafile } = await build({
    entryPoints: { main: join(sources, 'cli/main.ts'), ...Object.fromEntries(threads) },
    outdir: lib,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.19',
    chunkNames: '[name]-[hash]',
    external: Object.keys(server.dependencies).flatMap((name) => [name, `${name}/*`]),
    metafile: true,
    logLevel: 'error',
  })
  inOneByte(lib)
  const foreign = Object.keys(metafile.inputs).filter((input) => input.includes('node_modules/'))
  if (foreign.length > 0) throw new Error(`These are bundled but belong into the dependencies of server/package.json: ${foreign.join(', ')}`)

  cpSync(join(sources, 'terms/packs'), join(lib, 'packs'), { recursive: true })
  cpSync(join(sources, 'developers/documents'), join(lib, 'documents'), { recursive: true })
  cpSync(console, join(lib, 'console'), { recursive: true })
  mkdirSync(join(folder, 'bin'))
  copyFileSync(join(repository, 'server/bin/handfast.mjs'), join(folder, 'bin/handfast.mjs'))
  chmodSync(join(folder, 'bin/handfast.mjs'), 0o755)
  for (const name of ['README.md', 'LICENSE']) if (existsSync(join(repository, name))) copyFileSync(join(repository, name), join(folder, name))

  const { name, version, description, license, engines, dependencies } = server
  const about = { name, version, license, bin: { handfast: 'bin/handfast.mjs' }, engines, description, type: 'module', files: ['bin', 'lib'] }
  const bundleDependencies = Object.keys(dependencies).filter((dependency) => !forOnePlatform.includes(dependency))
  writeJson(join(folder, 'package.json'), { ...about, dependencies: { ...dependencies, ...fixed(forOnePlatform) }, bundleDependencies })
  for (const place of reachedPackages(bundleDependencies).keys()) {
    const target = join(folder, place.replace(/^server\//, ''))
    // What lies further down has a place of its own; types and maps are for whoever writes code.
    const filter = (path: string) => !path.slice(join(repository, place).length).includes('node_modules') && !/\.(?:map|d\.[cm]?ts)$/.test(path)
    cpSync(join(repository, place), target, { recursive: true, filter })
  }
  return folder
}

/** Where an escape would not mean the same: behind a backslash, and where nothing is unescaped. */
const NOT_TO_ESCAPE = /\\[\u0080-\uffff]|String\.raw`[^`]*[\u0080-\uffff]/

/**
 * Writes what is not ASCII as escapes: of a file with one character beyond Latin-1 the engine keeps all characters in two bytes, and it keeps sources for
 * as long as the process. The bundler does so itself in strings, but not in patterns, templates and comments.
 * @throws Error where that would change what the code means
 */
function inOneByte(folder: string): void {
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.js'))) {
    const file = join(folder, name)
    const code = readFileSync(file, 'utf8')
    const [unsafe] = NOT_TO_ESCAPE.exec(code) ?? []
    if (unsafe !== undefined) throw new Error(`This cannot be packed in ASCII, so write it with an escape: ${unsafe.slice(0, 80)}`)
    const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
    writeFileSync(file, code.replaceAll(/[\u0080-\uffff]/g, escaped))
  }
}

/** Dependencies with compiled code: npm chooses the one for the machine. */
const forOnePlatform = ['better-sqlite3', '@node-rs/argon2']

/** What these bring in turn, at the versions that were tested. What is for one platform alone is chosen, at a fixed version, by whoever brings it. */
function fixed(names: readonly string[]): Readonly<Record<string, string>> {
  const brought = [...reachedPackages(names)].filter(([, { optional }]) => optional !== true)
  return Object.fromEntries(
    brought.map(([place, { version = '' }]) => [place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length), version]),
  )
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(`${await pack()}\n`)
