export { controls } from './controls.ts'
export { keptKey } from './kept-key.ts'
export type { HeldKey, KeySource, SourceKind, WrappedKey } from './key-source.ts'
export { type KeyNote, Keys, type KeysNeeds } from './keys.ts'
export {
  KeyMissingError,
  KeyNeededError,
  KeyNotFoundError,
  KeyNotMadeHereError,
  KeysUnavailableError,
  RotationUnderWayError,
} from './keys-errors.ts'
export { type KeySettings, openKeys, type TransitUse } from './open-keys.ts'
export { environmentSource, fileSource } from './plain-sources.ts'
export { personalColumns, type SealedColumn, sealedColumns } from './sealed-columns.ts'
export { TransitClient, type TransitSettings } from './transit-client.ts'
export { TransitSource } from './transit-source.ts'
