export { type AccountOwner, type AccountSecret, AccountSecrets, type LinkId, SecretReplacedError } from './account-secrets.ts'
export { type CredentialNote, type CredentialOwner, checkSecret, type OpenCredential, Vault } from './vault.ts'
export { CredentialMalformedError, CredentialNotAskedForError, NoCredentialError } from './vault-errors.ts'
