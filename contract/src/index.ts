export { idOf, MOST_ITEMS, type Page, type PageQuery, pageOf, pageQuery, time } from './api/page.ts'
export { codes, type RefusalCode } from './codes.ts'
export { type LedgerEvent, ledgerEvents } from './events.ts'
export type {
  BodyBinding,
  CredentialPlacement,
  DeclaredLimits,
  JsonRecord,
  JsonValue,
  OperationBinding,
  ParameterBinding,
  ReleaseContent,
  ReleaseTool,
  Target,
  ToolAnnotations,
  ToolEffect,
} from './release.ts'
export { isRole, type Role, roles } from './roles.ts'
