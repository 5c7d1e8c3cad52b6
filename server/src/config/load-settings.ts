import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { readEnvironment } from './env.ts'
import { decideSettings, type Settings } from './settings.ts'
import { SettingsError } from './settings-error.ts'

/**
 * Reads flags, environment and the YAML file that `--config` or `HANDFAST_CONFIG` names.
 * @throws SettingsError with every problem found
 */
export function loadSettings(
  flags: Readonly<Record<string, unknown>> = {},
  environment: Readonly<Record<string, string>> = readEnvironment(),
): Settings {
  const { config, ...rest } = flags
  const path = typeof config === 'string' ? config : environment['HANDFAST_CONFIG']
  if (path === undefined) return decideSettings({ flags: rest, environment, file: undefined })
  let content: unknown
  try {
    content = parse(readFileSync(path, 'utf8'), { maxAliasCount: 20, uniqueKeys: true }) ?? {}
  } catch (error) {
    const what = (error as { code?: string }).code === 'ENOENT' ? 'does not exist' : `cannot be read: ${(error as Error).message.split('\n')[0]}`
    throw new SettingsError([{ where: path, what, fix: 'Give the path of a YAML file, or leave it out' }])
  }
  return decideSettings({ flags: rest, environment, file: { path, content } })
}
