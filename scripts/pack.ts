import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { ensureConsole } from './build-console.ts'
import { shippedLock } from './shipped-lock.ts'
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
 * the contract inside, the console built, dependencies left to npm at the versions that were tested.
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
  const about = { name, version, license, dependencies, bin: { handfast: 'bin/handfast.mjs' }, engines }
  writeJson(join(folder, 'package.json'), { ...about, description, type: 'module', files: ['bin', 'lib'] })
  writeJson(join(folder, 'npm-shrinkwrap.json'), shippedLock(about))
  return folder
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(`${await pack()}\n`)
