export { type Instance, instance } from './instance.ts'
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
export { type AccessToken, type Assistant, accessToken, assistant, type CreatedToken, type CreateToken, createdToken, createToken } from './tokens.ts'
