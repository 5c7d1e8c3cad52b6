import type { Manifest, OAuthDeclaration } from '@handfast/contract'
import { ManifestInvalidError } from '../directory/index.ts'

/**
 * Where people sign in to an HTTP API: as the manifest declares it, and where it leaves that open, as the document says. It becomes part of the
 * release, so that the review sees it and nothing but another release changes it. An MCP server says it itself, when somebody signs in.
 * @throws ManifestInvalidError where neither says it
 */
export function withSignIn(manifest: Manifest, found: OAuthDeclaration | undefined): Manifest {
  const { credential, kind } = manifest
  if (credential.type !== 'oauth2' || kind !== 'openapi' || credential.issuer !== undefined) return manifest
  if (found === undefined)
    throw new ManifestInvalidError('/credential/issuer', 'The OpenAPI document does not say where people sign in. Declare the issuer.')
  const declared = Object.fromEntries(Object.entries(credential).filter(([, value]) => value !== undefined))
  const scopes = credential.scopes.length > 0 ? credential.scopes : [...found.scopes]
  return { ...manifest, credential: { ...found, ...declared, type: 'oauth2', grant: found.grant, scopes } as Manifest['credential'] }
}
