import type { OAuthDeclaration, ReleaseContent } from '@handfast/contract'
import { examples } from '../../../../test/rule-examples.ts'
import { honest, toolWith, withContent } from '../../../../test/under-review.ts'
import type { DeveloperFacts, UnderReview } from '../engine/rule.ts'
import { credentialPlacement } from './credential-placement.ts'
import { domainUnproven } from './domain-unproven.ts'
import { operationServer } from './operation-server.ts'
import { passwordCredential } from './password-credential.ts'
import { scopesUnused } from './scopes-unused.ts'
import { scopesWide } from './scopes-wide.ts'
import { sensitiveScopes } from './sensitive-scopes.ts'
import { signInElsewhere } from './sign-in-elsewhere.ts'
import { targetAddress } from './target-address.ts'

const http = { kind: 'mcp', url: 'http://api.heron.example/' } as const
const here = { kind: 'mcp', url: 'http://127.0.0.1:1/' } as const
const oauth = (change: Partial<OAuthDeclaration>): Partial<ReleaseContent> => ({
  credential: { type: 'oauth2', scopes: [], grant: 'authorization-code', ...change },
})
const asking = (...scopes: readonly string[]) => withContent(oauth({ scopes }))
const proven = (...provenDomains: readonly string[]): DeveloperFacts => ({
  name: 'Heron Ltd',
  emailVerified: true,
  provenDomains,
  contacts: { legal: true, security: true, support: true },
})
const operation = { method: 'GET', path: '/', server: 'https://other.example/v1', parameters: [], pointer: '/paths/~1/get' }
const elsewhere = (origin: string, allowed: boolean): UnderReview => ({
  ...withContent({ tools: [toolWith({ operation: { ...operation, server: `${origin}/v1` } })] }),
  origins: [{ origin, allowed, rule: 'a rule' }],
})
const PLACE = '/tools/0/operation/server'

examples(targetAddress, {
  finds: [
    ['what cannot be reached', { ...honest, target: { allowed: false, rule: 'loopback' } }, 'blocks /target/url'],
    ['what is not encrypted', withContent({ target: http }), 'warns /target/url'],
    ['what stays on this machine', withContent({ target: here }), 'notes /target/url'],
  ],
  passes: [['https', honest]],
})
examples(credentialPlacement, {
  finds: [
    ['a key in a header that is taken', withContent({ credential: { type: 'header', name: 'Mcp-Session-Id' } }), 'blocks /credential'],
    ['a key in the address', withContent({ credential: { type: 'query', name: 'key' } }), 'warns /credential'],
    ['a key without encryption', withContent({ target: http, credential: { type: 'bearer' } }), 'warns /credential'],
    ['a sign-in without encryption', withContent(oauth({ issuer: 'http://id.heron.example' })), 'warns /credential/issuer', 'notes /credential'],
  ],
  passes: [
    ['a bearer token', withContent({ credential: { type: 'bearer' } })],
    ['a key that stays on this machine', withContent({ target: here, credential: { type: 'bearer' } })],
  ],
})
examples(operationServer, {
  finds: [
    ['an inner address', elsewhere('https://10.0.0.1', false), `blocks ${PLACE}`],
    ['http', elsewhere('http://other.example', true), `warns ${PLACE}`],
    ['another server', elsewhere('https://other.example', true), `notes ${PLACE}`],
  ],
  passes: [['one server for all', honest]],
})
examples(domainUnproven, {
  finds: [
    [
      'a claim without proof',
      { ...withContent({ publishedBy: { developer: 'Heron Ltd', ownsApi: true } }), developer: proven('crane.example') },
      'warns /publishedBy/ownsApi',
    ],
  ],
  passes: [
    ['a claim with proof', { ...withContent({ publishedBy: { developer: 'Heron Ltd', ownsApi: true } }), developer: proven('heron.example') }],
    ['no claim', { ...honest, developer: proven() }],
  ],
})
examples(scopesWide, {
  finds: [
    ['everything', asking('https://www.googleapis.com/auth/drive'), 'warns /credential/scopes/0'],
    ['administration', asking('tables.read', 'admin:org'), 'warns /credential/scopes/1'],
    ['very many', asking(...Array.from({ length: 21 }, (_, i) => `thing${i}.read`)), 'notes /credential/scopes'],
  ],
  passes: [['narrow ones', asking('tables.read', 'https://www.googleapis.com/auth/drive.file')]],
})
examples(scopesUnused, {
  finds: [['writing where all tools read', asking('tables:write'), 'warns /credential/scopes/0']],
  passes: [
    ['reading', asking('tables:read')],
    ['writing where a tool writes', withContent({ ...oauth({ scopes: ['tables:write'] }), tools: [toolWith({ effect: 'change' })] })],
  ],
})
examples(sensitiveScopes, {
  finds: [['mail', asking('https://www.googleapis.com/auth/gmail.readonly'), 'notes /credential/scopes/0']],
  passes: [['tables', asking('tables.read')]],
})
examples(signInElsewhere, {
  finds: [['another domain', withContent(oauth({ issuer: 'https://crane.example' })), 'notes /credential/issuer']],
  passes: [
    ['the same domain', withContent(oauth({ issuer: 'https://id.heron.example' }))],
    ['somebody who signs people in for others', withContent(oauth({ issuer: 'https://heron.eu.auth0.com' }))],
  ],
})
examples(passwordCredential, {
  finds: [
    ['a password', withContent({ credential: { type: 'basic' } }), 'notes /credential'],
    ['a cookie', withContent({ credential: { type: 'cookie', name: 'sid' } }), 'notes /credential'],
  ],
  passes: [['a key', withContent({ credential: { type: 'header', name: 'X-Api-Key' } })]],
})
