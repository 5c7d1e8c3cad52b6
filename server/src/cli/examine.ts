import { loadSettings, type Settings, SettingsError } from '../config/index.ts'
import { checkDatabase } from './check-database.ts'
import { checkDoors } from './check-doors.ts'
import { checkFiles } from './check-files.ts'
import { checkKeys } from './check-keys.ts'
import { checkSettings } from './check-settings.ts'
import { checkSignIn } from './check-sign-in.ts'
import { readControl } from './control-file.ts'
import type { Checked } from './doctor.ts'
import { type PlaceFlags, settingsFlags } from './settings-options.ts'

/** Looks at everything, and changes nothing. Settings that cannot be used are all that is said about them. */
export async function examine(flags: PlaceFlags, wholeLedger: boolean): Promise<readonly Checked[]> {
  let settings: Settings
  try {
    settings = loadSettings(settingsFlags(flags))
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    return error.problems.map(({ where, what, fix }) => ({ check: 'settings', state: 'wrong', message: `${where}: ${what}`, fix }))
  }
  const control = readControl(settings.data)
  const isServed = control !== null && isAlive(control.pid)
  return [
    ...checkSettings(settings),
    ...checkSignIn(settings),
    ...checkFiles(settings),
    ...(await checkKeys(settings)),
    ...(await checkDatabase(settings, isServed, wholeLedger)),
    ...(await checkDoors(settings, isServed)),
  ]
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
