import { describe, expect, it } from 'vitest'
import { clientDocument, clientSite, namedAlgorithm } from './client-document.ts'

const publicUrl = 'https://connect.example'
const about = { publicUrl, name: 'Handfast' }
const site = clientSite(() => publicUrl)
const issuer = 'https://as.example'

describe('our own description as a client (client ID metadata documents)', () => {
  it.each([
    { kind: 'confidential', namesIssuer: true, signedBy: null },
    { kind: 'public', namesIssuer: true, signedBy: null },
    { kind: 'confidential', namesIssuer: false, signedBy: null },
    { kind: 'confidential', namesIssuer: true, signedBy: 'ES256' },
    { kind: 'public', namesIssuer: false, signedBy: 'EdDSA' },
  ] as const)('is at the address that it names, for each variant: %j (MCP authorization, client ID metadata documents)', (variant) => {
    const id = site.documentId({ ...variant, issuer }) ?? ''

    const document = clientDocument(new URL(id).pathname, about)

    expect(document).toMatchObject({
      client_id: id,
      redirect_uris: [site.redirectUri(issuer, variant.namesIssuer)],
      token_endpoint_auth_method: variant.kind === 'public' ? 'none' : 'private_key_jwt',
    })
    expect(document?.['id_token_signed_response_alg']).toBe(variant.signedBy ?? undefined)
  })

  it.each([
    'client-none.json',
    'client-ES256-ES256.json',
    'client-0123456789ABCDEF.json',
    'client-HS256.json',
    'client.json.json',
    'clientES256.json',
  ])('is nowhere else: %s', (name) => {
    expect(clientDocument(`/connect/${name}`, about)).toBeNull()
  })

  it('names how identity tokens are signed only to a server that cannot do what everybody assumes (OpenID Connect Registration 2)', () => {
    expect(namedAlgorithm(null)).toBeNull()
    expect(namedAlgorithm(['ES256', 'RS256'])).toBeNull()
    expect(namedAlgorithm(['none', 'ES384', 'ES256'])).toBe('ES256')
    expect(namedAlgorithm(['HS256'])).toBeNull()
  })
})
