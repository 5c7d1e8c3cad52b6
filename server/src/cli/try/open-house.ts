import { loadSettings } from '../../config/index.ts'
import { readControl } from '../control-file.ts'
import { House } from '../house.ts'
import { type ServedData, serveData } from '../serve-data.ts'
import { type PlaceFlags, settingsFlags } from '../settings-options.ts'
import type { OwnAddress } from './own-address.ts'

/** A Handfast that answers on a port: one that ran already, or one that runs here as long as this is not disposed of. */
export type OpenHouse = AsyncDisposable & { readonly house: House; readonly url: string; readonly startedHere: boolean }

/**
 * Uses the Handfast that serves the data folder, or starts one with the address opened by name.
 * @throws SettingsError, PortTakenError, DataFolderError, DatabaseInUseError
 */
export async function openHouse(flags: PlaceFlags & { readonly port?: string }, opened: OwnAddress | null): Promise<OpenHouse> {
  const settings = loadSettings(settingsFlags(flags))
  const running = readControl(settings.data)
  if (running !== null && (await isServed(running.url))) {
    const house = await House.open(flags)
    if (house.served) return { house, url: running.site, startedHere: false, [Symbol.asyncDispose]: () => house[Symbol.asyncDispose]() }
    await house[Symbol.asyncDispose]()
  }
  const served = await start(flags, opened)
  try {
    const house = await House.open(flags)
    const dispose = async () => {
      await house[Symbol.asyncDispose]()
      await served.close()
    }
    return { house, url: served.url, startedHere: true, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await served.close()
    throw error
  }
}

/** Whether somebody listens there still: a process that was killed leaves its file behind. */
async function isServed(url: string): Promise<boolean> {
  return await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    () => true,
    () => false,
  )
}

function start(flags: PlaceFlags & { readonly port?: string }, opened: OwnAddress | null): Promise<ServedData> {
  const { allowInternal, logLevel } = loadSettings(settingsFlags(flags))
  return serveData({
    ...settingsFlags(flags),
    port: flags.port,
    allowInternal: opened === null ? allowInternal : [...allowInternal, { ...opened, ports: [...opened.ports] }],
    // What it would log is answered here.
    logLevel: logLevel === 'info' ? 'error' : logLevel,
  })
}
