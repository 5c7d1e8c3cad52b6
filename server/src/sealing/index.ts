export { openWith, SealBrokenError, sealWith } from './envelope.ts'
export { deriveKey, MasterKeyMalformedError, type MasterKeys, masterKeysFromFile, parseMasterKeys } from './master-keys.ts'
export { DataErasedError, type PersonalSealer, Sealing } from './sealing.ts'
