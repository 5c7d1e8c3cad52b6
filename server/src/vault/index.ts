export { type CredentialNote, type CredentialOwner, NoCredentialError, type OpenCredential, Vault } from './vault.ts'
