import { buildApp } from './app.ts'
import { loadSettings } from './config/index.ts'

/** Settings, house, port; and an orderly end. Called by `handfast serve`. */
export async function serve(
  flags: Readonly<Record<string, unknown>>,
): Promise<{ readonly app: Awaited<ReturnType<typeof buildApp>>; readonly url: string; readonly metricsPort: number }> {
  const settings = loadSettings(flags)
  const app = await buildApp(settings)
  try {
    const { url, metricsPort } = await app.listen()
    return { app, url, metricsPort }
  } catch (error) {
    await app.close()
    throw error
  }
}
