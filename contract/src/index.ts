export * from './api/index.ts'
export { type ClientConfiguration, clientConfigurations } from './client-config.ts'
export { codes, type RefusalCode } from './codes.ts'
export { type LedgerEvent, ledgerEvents } from './events.ts'
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
export { credentialPlacement, type AgeBand, type AgeRating, ageBand, ageBands, ageRating, ageRatings, declaredLimits, languageTag, type Manifest, type ManifestInput, manifest, slug } from './manifest.ts'
export type {
  BodyBinding,
  CredentialPlacement,
  DeclaredLimits,
  JsonRecord,
  JsonValue,
  NoticeText,
  OperationBinding,
  ParameterBinding,
  ReleaseContent,
  ReleaseTool,
  Target,
  ToolAnnotations,
  ToolEffect,
} from './release.ts'
export { isRole, type Role, roles } from './roles.ts'
