import { accessSync, constants, existsSync, readdirSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Settings, variableOf } from '../config/index.ts'
import { masterKeysFromFile, parseMasterKeys } from '../sealing/index.ts'
import type { Checked } from './doctor.ts'

const MIB = 1024 * 1024

/** Folder, key and disk. Nothing is made by looking. */
export function checkFiles(settings: Settings): readonly Checked[] {
  return [...checkFolder(settings), ...checkKey(settings), ...checkDisk(settings)]
}

function checkFolder({ data }: Settings): readonly Checked[] {
  const check = 'data folder'
  if (!existsSync(data)) return [{ check, state: 'note', message: `${data} is not there yet; the first start makes it` }]
  try {
    accessSync(data, constants.W_OK | constants.X_OK)
  } catch {
    return [
      {
        check,
        state: 'wrong',
        message: `${data} cannot be written`,
        fix: `Give it to the account that runs Handfast, or name another with ${variableOf('data')}.`,
      },
    ]
  }
  return [others(check, data, 0o700) ?? { check, state: 'good', message: data }]
}

function checkKey(settings: Settings): readonly Checked[] {
  const check = 'master key'
  const { masterKey, masterKeyFile: file } = settings
  try {
    if (masterKey !== undefined) {
      parseMasterKeys(masterKey)
      return [{ check, state: 'good', message: `from ${variableOf('masterKey')}` }]
    }
    if (settings.transitUrl !== undefined && !existsSync(file)) return []
    if (!existsSync(file)) return [{ check, state: 'note', message: `${file} is not there yet; the first start makes it` }]
    masterKeysFromFile(file)
  } catch (error) {
    return [{ check, state: 'wrong', message: (error as Error).message, fix: 'Bring the right key back from where you keep its copy.' }]
  }
  const open = others(check, file, 0o600)
  const copies = readdirSync(dirname(file)).filter((name) => /^handfast-.*\.jsonl(\.gz)?$/.test(name))
  const beside: Checked[] =
    copies.length === 0
      ? []
      : [
          {
            check,
            state: 'wrong',
            message: `backups lie beside it: ${copies.join(', ')}`,
            fix: 'Keep them apart: whoever has both can read everything.',
          },
        ]
  return [open ?? { check, state: 'good', message: file }, ...beside]
}

/** A finding where somebody besides the owner may come near. Windows has other rights, which this does not read. */
function others(check: string, path: string, wanted: number): Checked | null {
  const mode = statSync(path).mode & 0o777
  if (process.platform === 'win32' || (mode & 0o077) === 0) return null
  const fix = `Run: chmod ${wanted.toString(8)} ${path}`
  return { check, state: 'wrong', message: `other accounts of this machine may use ${path} (${mode.toString(8)})`, fix }
}

function checkDisk({ data }: Settings): readonly Checked[] {
  const check = 'disk'
  let folder = data
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder)
  const { bavail, bsize } = statfsSync(folder)
  const free = Math.floor((bavail * bsize) / MIB)
  if (free >= 1024) return [{ check, state: 'good', message: `${Math.floor(free / 1024)} GiB free` }]
  const fix = 'Make room: without it no call can be recorded, and so none is sent.'
  return [{ check, state: free < 256 ? 'wrong' : 'note', message: `${free} MiB free`, fix }]
}
