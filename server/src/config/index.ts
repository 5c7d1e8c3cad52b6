export { readEnvironment } from './env.ts'
export { loadSettings } from './load-settings.ts'
export { decideSettings, describeSettings, type Settings, variableOf } from './settings.ts'
export { SettingsError, type SettingsProblem } from './settings-error.ts'
