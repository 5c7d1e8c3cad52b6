export { AccessLog, type CredentialUse, openedFor, type Upkeep } from './access-log.ts'
export { type AccountOwner, type AccountSecret, AccountSecrets, type LinkId, SecretReplacedError } from './account-secrets.ts'
export { type CredentialNote, type CredentialOwner, checkSecret, type OpenCredential, Vault } from './vault.ts'
export { CredentialMalformedError, CredentialNotAskedForError, CredentialNotFoundError, NoCredentialError } from './vault-errors.ts'
