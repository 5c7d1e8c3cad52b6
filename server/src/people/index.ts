export { normalEmail, type Profile, stateOf, type UserAccount, type UserStanding } from './account.ts'
export { type AssertedPerson, AssertedTakenMeanwhile, type AssertedUsers } from './asserted-users.ts'
export { networkOf } from './attempts.ts'
export type { AccountChange, ChangedAccount } from './change-account.ts'
export { controls } from './controls.ts'
export type { IssuedToken } from './invitations.ts'
export { AnotherRequestError, type KeptAnswer, type KeyedRequest, StillAnsweringError } from './kept-answers.ts'
export type { Passkey } from './passkey-store.ts'
export type { HashCost } from './passwords.ts'
export { createPeople, People, type PeopleOptions } from './people.ts'
export {
  AccountChangedError,
  AlreadySetUpError,
  AnotherSessionError,
  AssertedUserError,
  CodeNeededError,
  EmailTakenError,
  LastOperatorError,
  LinkInvalidError,
  OwnAccountError,
  PasswordLengthError,
  ProofNeededError,
  SecondFactorNeededError,
  SessionNotFoundError,
  SignInFailedError,
  TooManyAttemptsError,
  UserNotFoundError,
} from './people-errors.ts'
export type { SignInProvider } from './provider.ts'
export type { CameBack } from './provider-sign-in.ts'
export type { WaysIn } from './security.ts'
export { peopleHandlers } from './sweep.ts'
export {
  PROOF_LASTS,
  type SessionOf,
  type SessionRow,
  type SessionRules,
  type SignInMethod,
  type Source,
  type StartedSession,
} from './web-sessions.ts'
export {
  GroupInUseError,
  GroupNotFoundError,
  GroupTakenError,
  HouseRolesError,
  LastOwnerError,
  WorkspaceNotFoundError,
} from './workspace-errors.ts'
export type { Group } from './workspace-groups.ts'
export type { Member } from './workspace-members.ts'
export { type EndingStep, type Workspace, type WorkspaceAudience, type WorkspacePerson, Workspaces } from './workspaces.ts'
