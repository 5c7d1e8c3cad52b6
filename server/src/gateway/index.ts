export type { Answer, Questions } from './call.ts'
export { Catalogue, type ListPage, type ListPosition, type Unavailable } from './catalogue.ts'
export { controls } from './controls.ts'
export { type Asked, Gateway, type GatewayNeeds } from './gateway.ts'
export {
  CapabilityMissingError,
  ConnectorRefusedError,
  NothingToCompleteError,
  StateInvalidError,
  StoppingError,
  UnknownPromptError,
  UnknownResourceError,
  UnknownToolError,
} from './gateway-errors.ts'
export { reaches } from './granted.ts'
export { Letters } from './letters.ts'
export { type ListKind, listKinds } from './listed.ts'
export { noticeDigest } from './notice-digest.ts'
export { type OwnAnswer, Retrieval } from './retrieval.ts'
export { type Session, Sessions, SessionUnknownError } from './sessions.ts'
export { hiddenTools } from './shown.ts'
export { isEnabledByWorkspace, type Links } from './stages/permit.ts'
