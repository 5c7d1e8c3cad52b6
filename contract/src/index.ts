export * from './api/index.ts'
export * from './api/told.ts'
export { type AttestationId, attestationIds, attestations, attestationsFor } from './attestations.ts'
export { type ClauseId, clauses, isClause } from './clauses.ts'
export { type ClientConfiguration, clientConfigurations } from './client-config.ts'
export { codes, type RefusalCode } from './codes.ts'
export { type EmbargoTable, embargoTable } from './embargoes.ts'
export { type LedgerEvent, ledgerEvents } from './events.ts'
export { type ExportStatement, exportStatements, exportStatementWords } from './export-statements.ts'
export { type AssistantKind, assistantKinds, type GrantScope, grantScopes, grantScopeWords } from './grant-scopes.ts'
export { type Ground, groundOf, grounds, isGround } from './grounds.ts'
export { type IncidentClock, incidentClocks, readIncidentClocks } from './incident-clocks.ts'
export { localPath } from './local-path.ts'
export {
  type AgeBand,
  type AgeRating,
  accountProbe,
  ageBand,
  ageBands,
  ageRating,
  ageRatings,
  credentialDeclaration,
  credentialPlacement,
  declaredLimits,
  languageTag,
  type Manifest,
  type ManifestInput,
  manifest,
  manifestJsonSchema,
  oauthCredential,
  slug,
} from './manifest.ts'
export type { BodyBinding, FieldBinding, OperationBinding, ParameterBinding, ParameterStyle } from './operation.ts'
export {
  type AccountLimit,
  type Approvers,
  groupName,
  type PolicyCondition,
  type PolicyDocument,
  type PolicyDocumentInput,
  type PolicyRule,
  policyDocument,
  type Subject,
} from './policy.ts'
export type {
  AccountProbe,
  CredentialDeclaration,
  CredentialPlacement,
  DeclaredLimits,
  JsonRecord,
  JsonValue,
  NoticeText,
  OAuthDeclaration,
  PromptArgument,
  ReleaseContent,
  ReleaseOffer,
  ReleasePrompt,
  ReleaseResource,
  ReleaseResourceTemplate,
  ReleaseTool,
  Target,
  ToolAnnotations,
  ToolEffect,
} from './release.ts'
export { placementOf } from './release.ts'
export { isRole, type Role, roles } from './roles.ts'
export { type PackClause, type TermsPack, termsPack } from './terms-pack.ts'
export { type ProbeConsent, probeConsent, type TestCase, testCase } from './test-case.ts'
