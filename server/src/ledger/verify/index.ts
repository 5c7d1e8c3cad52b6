// Stands alone on purpose: nothing in this folder imports anything but Node's own modules, so that a mistake of the writer is not repeated here.
export { type Checkpoint, readCheckpoint, readVerifierKey, type VerifierKey } from './checkpoint.ts'
export type { Finding, FindingKind, Report } from './findings.ts'
export { fromFolder } from './folder.ts'
export { hashOfEntry } from './hashes.ts'
export { provesConsistency, provesInclusion } from './proofs.ts'
export { type DatabaseLog, type StoredEntry, verifyDatabase } from './verify-database.ts'
export { type FetchBytes, type VerifyOptions, verifyLog } from './verify-log.ts'
