import type { App } from '../app.ts'
import { serve } from '../main.ts'
import { version } from '../version.ts'
import { removeControl, writeControl } from './control-file.ts'

/** A Handfast that this process serves, with the door of the command line open. */
export type ServedData = { readonly app: App; readonly url: string; readonly metricsPort: number; close(): Promise<void> }

/** Serves, and leaves word in the data folder how other commands reach it. @throws SettingsError, the refusals of starting */
export async function serveData(flags: Readonly<Record<string, unknown>>): Promise<ServedData> {
  const { app, url, metricsPort } = await serve(flags)
  const { data } = app.settings
  const control = await app.openControl()
  writeControl(data, { url: control.url, secret: control.secret, pid: process.pid, version, site: url })
  return {
    app,
    url,
    metricsPort,
    async close() {
      removeControl(data, control.secret)
      await control.close()
      await app.close()
    },
  }
}
