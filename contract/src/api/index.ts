export {
  type Approval,
  type ApprovalDetail,
  approval,
  approvalDetail,
  approvalInPath,
  approvalsQuery,
  type DecideApproval,
  decideApproval,
  type StandingApproval,
  standingApproval,
} from './approvals.ts'
export { type Call, type CallDetail, type CallState, type CallsQuery, call, callDetail, callInPath, callState, callsQuery, kept } from './calls.ts'
export {
  type ConnectorDetail,
  type ConnectorSummary,
  connectorBySlug,
  connectorDetail,
  connectorSummary,
  createConnector,
  decideRelease,
  releaseDetail,
  releaseInPath,
  type SubmittedRelease,
  steerConnector,
  submitRelease,
  submittedRelease,
} from './connectors.ts'
export { createDeveloper, type DeveloperView, developer, developerInPath, memberInPath, members, setMember } from './developers.ts'
export {
  type CredentialState,
  choiceState,
  connectorInPath,
  credentialState,
  type DirectoryDetail,
  type DirectoryEntry,
  type DirectoryQuery,
  directoryDetail,
  directoryEntry,
  directoryQuery,
  type EffectWord,
  type EnableConnector,
  effectWord,
  enableConnector,
  type GiveCredential,
  giveCredential,
} from './directory.ts'
export { type Instance, instance } from './instance.ts'
export { type ApprovalLevel, approvalLevel, approvalLevels, type ChangeLevel, changeLevel, type Levels, levels } from './levels.ts'
export { type EraseMe, eraseMe } from './my-data.ts'
export { idOf, MOST_ITEMS, type Page, type PageQuery, pageOf, pageQuery, time } from './page.ts'
export {
  type AcceptInvitation,
  type Account,
  acceptInvitation,
  account,
  type ChangeUser,
  changeUser,
  type Invite,
  type IssuedLink,
  invite,
  issuedLink,
  LONGEST_PASSWORD,
  SHORTEST_PASSWORD,
  userInPath,
  type Welcome,
  welcome,
} from './people.ts'
export { type AppliedPlatform, appliedPlatform, keepPlatform } from './platform.ts'
export {
  type ChangePassword,
  type CurrentSession,
  changePassword,
  currentSession,
  type SessionSummary,
  type SignIn,
  sessionSummary,
  signIn,
} from './session.ts'
export { type AcceptanceView, accept, acceptance, acceptances, type BundleView, bundle } from './terms.ts'
export { type AccessToken, type Assistant, accessToken, assistant, type CreatedToken, type CreateToken, createdToken, createToken } from './tokens.ts'
