export { type CredentialNote, type CredentialOwner, checkSecret, type OpenCredential, Vault } from './vault.ts'
export { CredentialMalformedError, CredentialNotAskedForError, NoCredentialError } from './vault-errors.ts'
