export { composeRelease, type DescribedTools, effectOf, readManifest } from './compose-release.ts'
export { controls } from './controls.ts'
export { Directory, type DirectoryNeeds, type NewConnector } from './directory.ts'
export {
  ConnectorNotFoundError,
  ManifestInvalidError,
  ReleaseInvalidError,
  ReleaseNotFoundError,
  SchemaInvalidError,
  SchemaTooCostlyError,
  SlugTakenError,
} from './directory-errors.ts'
export type { Release, ReleaseSummary, StoredFinding } from './directory-store.ts'
export type { ToolGrowth } from './growth.ts'
export { type Growth, Growths } from './growths.ts'
export type { Validator } from './load-validator.ts'
export { type PreparedRelease, prepareRelease } from './prepare-release.ts'
export {
  type CatalogueEntry,
  type Connector,
  type ConnectorKind,
  type ConnectorStanding,
  catalogueEntry,
  isCallable,
  type ReviewedRelease,
} from './standing.ts'
export type { CodeSeal, ToolValidator } from './validators.ts'
