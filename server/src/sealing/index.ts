export { controls } from './controls.ts'
export { openWith, SealBrokenError, sealWith } from './envelope.ts'
export {
  addKeyToFile,
  deriveKey,
  type MasterKey,
  MasterKeyMalformedError,
  type MasterKeys,
  masterKeyOf,
  masterKeysFromFile,
  parseMasterKeys,
} from './master-keys.ts'
export { DataErasedError, type PersonalSealer, Sealing } from './sealing.ts'
