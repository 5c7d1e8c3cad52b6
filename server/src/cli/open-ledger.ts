import { loadSettings } from '../config/index.ts'
import { openReading } from '../storage/index.ts'
import { readControl } from './control-file.ts'
import type { OpenLedger } from './ledger-verify.ts'

/**
 * The ledger of this installation. Beside a running server it is read as that one has signed it; otherwise what is durable is brought into the
 * tree first.
 * @throws SettingsError, DatabaseInUseError
 */
export async function openLedger(): Promise<OpenLedger> {
  const settings = loadSettings()
  const { buildApp, placeOf } = await import('../app.ts')
  if (readControl(settings.data) !== null) {
    const storage = await openReading(placeOf(settings))
    return { storage, advance: async () => {}, close: () => storage.close() }
  }
  const app = await buildApp({ ...settings, logLevel: 'error' })
  return { storage: app.storage, advance: () => app.sequencer.advance(), close: () => app.close() }
}
