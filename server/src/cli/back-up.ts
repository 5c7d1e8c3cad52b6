import { createReadStream, createWriteStream, existsSync, rmSync, statSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { placeOf } from '../app.ts'
import { loadSettings, prepareDataFolder, type Settings } from '../config/index.ts'
import { readCopy, writeCopy } from '../storage/index.ts'
import { version } from '../version.ts'
import { UsageError } from './say.ts'
import { type PlaceFlags, settingsFlags } from './settings-options.ts'

/** Writes a copy into a new file: under another name until it is whole and on the disk. @throws UsageError, StorageFault */
export async function backUp(where: string, flags: PlaceFlags) {
  const settings = loadSettings(settingsFlags(flags))
  const at = new Date().toISOString()
  const isFolder = existsSync(where) && statSync(where).isDirectory()
  const file = resolve(isFolder ? join(where, `handfast-${at.replaceAll(/[-:]|\.\d+/g, '')}.jsonl.gz`) : where)
  if (existsSync(file)) throw new UsageError(`${file} is there already. A backup never replaces a file.`)
  if (!existsSync(dirname(file))) throw new UsageError(`There is no folder ${dirname(file)}.`)
  const half = `${file}.partial`
  try {
    const packing = file.endsWith('.gz') ? createGzip() : new PassThrough()
    await pipeline(Readable.from(writeCopy(placeOf(settings), { release: version, at })), packing, createWriteStream(half, { mode: 0o600 }))
    await onDisk(half)
    await rename(half, file)
    await onDisk(dirname(file))
  } catch (error) {
    rmSync(half, { force: true })
    throw error
  }
  return { file, bytes: statSync(file).size, at, masterKey: whereKeyIs(settings) }
}

/** @throws UsageError, CopyInvalidError, NotEmptyError, DatabaseInUseError */
export async function restore(given: string, flags: PlaceFlags, destroyExistingData: boolean) {
  const file = resolve(given)
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`)
  const settings = loadSettings(settingsFlags(flags))
  prepareDataFolder(settings.data)
  const { head, rows, tables } = await readCopy(placeOf(settings), linesOf(file), { destroyExistingData })
  const masterKeyThere = settings.masterKey !== undefined || existsSync(settings.masterKeyFile)
  return { at: head.at, release: head.release, rows, tables, masterKey: whereKeyIs(settings), masterKeyThere }
}

/** Split at line feeds and nothing else: JSON leaves the line separators of Unicode as they are. @throws UsageError */
async function* linesOf(file: string): AsyncGenerator<string> {
  const reading = createReadStream(file)
  const unpacked = file.endsWith('.gz') ? reading.pipe(createGunzip()) : reading
  // What goes wrong with reading has to reach whoever waits for the next piece.
  reading.on('error', (error) => unpacked.destroy(error))
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for await (const piece of unpacked) {
      const lines = (rest + decoder.decode(piece as Buffer, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } catch (error) {
    if (!isReadError(error)) throw error
    throw new UsageError(`${file} cannot be read: ${error.message}. Nothing was restored.`)
  } finally {
    reading.destroy()
  }
  if (rest !== '') yield rest
}

/** Of the file or of its compression; what whoever reads the lines throws is something else. */
function isReadError(error: unknown): error is Error {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string' && (error as NodeJS.ErrnoException).errno !== undefined
}

function whereKeyIs({ masterKey, masterKeyFile }: Settings): string {
  return masterKey === undefined ? masterKeyFile : 'HANDFAST_MASTER_KEY'
}

async function onDisk(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
