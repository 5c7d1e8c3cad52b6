export type { Begun, Returned, Wish } from './authorize.ts'
export { type Challenge, NO_CHALLENGE, readChallenge } from './challenge.ts'
export { chooseScopes } from './choose-scopes.ts'
export { type AuthMethod, authMethods, type OAuthClientIdentity, SIGNING_ALGORITHM, type SigningKey, takesOurKey } from './client.ts'
export { type ClientSite, clientDocument, clientSite, issuerKey } from './client-document.ts'
export type { Resource } from './discover.ts'
export type { Tokens } from './exchange.ts'
export { type AccountIdentity, identityOf, NOBODY } from './identity.ts'
export { OAuthClient } from './oauth-client.ts'
export {
  AnswerNotTrustedError,
  MetadataRefusedError,
  NoClientError,
  ServerRefusedError,
  ServerUnreachableError,
  SignInNotFoundError,
} from './oauth-errors.ts'
export type { Registered } from './register.ts'
export type { Revocation } from './revoke.ts'
export { type AddressRule, type AuthorizationServer, addressFault, declaredServer } from './server-metadata.ts'
