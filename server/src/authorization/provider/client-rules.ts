import { errors } from 'oidc-provider'
import { type ApplicationType, inferredType, problemOf } from '../redirect-uris.ts'

type Metadata = { [name: string]: unknown }

/**
 * What every assistant's metadata has to keep to, however it came here: by our registration or by a document of its own. The provider calls it
 * with what it is about to believe, and takes what is put right.
 */
export function checkClientRules(metadata: Metadata): void {
  const uris = metadata['redirect_uris']
  if (!Array.isArray(uris) || uris.length > 50 || !uris.every((uri): uri is string => typeof uri === 'string'))
    throw new errors.InvalidClientMetadata('redirect_uris has to be a list of addresses')
  // Documents of programs that people run seldom say that they are native.
  if (metadata['application_type'] === 'web') metadata['application_type'] = inferredType(uris)
  // A shared secret is out of the question where there is nobody to share it with, so a document that says nothing means none.
  const isDocument = typeof metadata['client_id'] === 'string' && metadata['client_id'].startsWith('https://')
  if (isDocument && metadata['token_endpoint_auth_method'] === 'client_secret_basic') metadata['token_endpoint_auth_method'] = 'none'
  for (const uri of uris) {
    const problem = problemOf(uri, metadata['application_type'] as ApplicationType)
    if (problem !== null) throw new errors.InvalidClientMetadata(`redirect_uris: one of them ${problem}`)
  }
  // Nothing of this is used here, and each would be one more thing that strangers can make this server do.
  for (const name of [
    'sector_identifier_uri',
    'initiate_login_uri',
    'logo_uri',
    'default_max_age',
    'default_acr_values',
    'require_auth_time',
    'scope',
    'contacts',
  ])
    delete metadata[name]
}
