/** Who has to keep it: we as the server that lets assistants in, as what it protects, or as a client of others. */
export type Role = 'authorization server' | 'protected resource' | 'client'

/** Something that a standard demands with MUST, in our own words, and the test that holds us to it. */
export type Demand = {
  readonly source: string
  /** Empty where the source is a page without numbers. */
  readonly section: string
  readonly of: Role
  readonly demand: string
  readonly file: string
  /** Part of the test's title, which cites source and section itself. */
  readonly title: string
}

const oauth = 'server/src/http/oauth'
const tests = {
  authorize: `${oauth}/authorize.test.ts`,
  tokens: `${oauth}/tokens.test.ts`,
  standards: `${oauth}/standards.test.ts`,
  documents: `${oauth}/documents.test.ts`,
  consent: `${oauth}/consent.test.ts`,
  granted: `${oauth}/granted-calls.test.ts`,
  clientDocuments: `${oauth}/client-documents.test.ts`,
  redirects: 'server/src/authorization/redirect-uris.test.ts',
  rules: 'server/src/authorization/rules.test.ts',
  signIn: 'server/src/oauth-client/authorize.test.ts',
  discover: 'server/src/oauth-client/discover.test.ts',
  ourDocument: 'server/src/oauth-client/client-document.test.ts',
  renewals: 'server/src/links/renewals.test.ts',
  links: 'server/src/links/links.test.ts',
  machines: 'server/src/links/machine-accounts.test.ts',
  paths: 'contract/src/local-path.test.ts',
} as const

type Row = readonly [section: string, of: Role, demand: string, file: keyof typeof tests, title: string]
const demands = (source: string, rows: readonly Row[]): readonly Demand[] =>
  rows.map(([section, of, demand, file, title]) => ({ source, section, of, demand, file: tests[file], title }))

const AS = 'authorization server'
const RS = 'protected resource'

/**
 * The MUSTs that apply to us. Not here: what is said of grants that we neither give nor ask for (implicit, passwords), of the native side of an
 * application, of signed metadata, and of TLS itself, which `egress/tls.test.ts` and the examples of proxies are about.
 */
export const standards: readonly Demand[] = [
  ...demands('RFC 6749', [
    ['2.3', AS, 'clients prove themselves in one way per request', 'tokens', 'wants clients with a secret to show it'],
    ['2.3.1', AS, 'passwords of clients are taken by HTTP Basic', 'tokens', 'wants clients with a secret to show it'],
    ['2.3.1', AS, 'passwords of clients do not come in addresses', 'standards', 'takes no secret in the address'],
    ['2.3.1', AS, 'what takes passwords is protected from guessing', 'standards', 'lets nobody guess secrets for long'],
    [
      '3.1',
      AS,
      'parameters without a value count as left out, unknown ones are passed over',
      'standards',
      'passes over what it does not know (RFC 6749 3.1)',
    ],
    ['3.1', AS, 'no parameter stands twice', 'authorize', 'refuses parameters that stand twice'],
    ['3.1.1', AS, 'a response type that is missing or unknown is an error', 'standards', 'says so where the response type is %s'],
    ['3.1.2', AS, 'redirect URIs are absolute and have no fragment', 'redirects', 'can be registered or not'],
    ['3.1.2.2', AS, 'public clients register theirs', 'redirects', 'can be registered or not'],
    [
      '3.1.2.3',
      AS,
      'the redirect URI of a request is compared with those that were registered',
      'redirects',
      'is turned away when it misses by one thing',
    ],
    ['3.1.2.4', AS, 'a request with a redirect URI that does not match sends nobody there', 'authorize', 'another redirect URI'],
    ['3.2', AS, 'the token endpoint is asked by POST', 'standards', 'is asked by POST alone'],
    ['3.2', AS, 'no parameter stands twice', 'standards', 'takes nothing that stands twice'],
    [
      '3.2',
      AS,
      'parameters without a value count as left out, unknown ones are passed over',
      'standards',
      'passes over what it does not know (RFC 6749 3.2)',
    ],
    ['3.2.1', AS, 'clients with credentials prove themselves', 'tokens', 'wants clients with a secret to show it'],
    ['3.3', AS, 'a scope that is not the one asked for is said', 'tokens', 'says what it gives'],
    ['4.1.2', AS, 'codes are over soon', 'tokens', 'gives nothing for a code that is a minute old'],
    ['4.1.2', AS, 'codes are good once, and end what they gave when they come again', 'tokens', 'ends everything when a code comes a second time'],
    ['4.1.2', AS, 'state comes back', 'authorize', 'gives a code to who asks'],
    ['4.1.2.1', AS, 'no redirect where client or redirect URI are wrong', 'authorize', 'another redirect URI'],
    ['4.1.2.1', AS, 'errors have a code and the state', 'authorize', 'names its issuer in errors too'],
    ['4.1.3', AS, 'the code belongs to the redirect URI of its request', 'tokens', 'another redirect URI'],
    ['4.1.3', AS, 'and to a port of this computer, where there is one', 'authorize', 'takes any port of a loopback address'],
    ['5.1', AS, 'no cache keeps tokens', 'standards', 'tells every cache to keep nothing'],
    ['5.2', AS, 'who failed with HTTP Basic gets 401 with that scheme', 'tokens', 'wants clients with a secret to show it'],
    [
      '6',
      AS,
      'a refresh token is its client’s, and brings no more scope than there was',
      'tokens',
      "gives nothing for another client's refresh token",
    ],
    ['6', AS, 'the old refresh token ends when a new one is given', 'tokens', 'turns refresh tokens over'],
    ['10.4', AS, 'refresh tokens are bound to their client', 'tokens', "gives nothing for another client's refresh token"],
    ['10.5', AS, 'codes are bound to their client', 'tokens', "gives nothing for another client's code"],
    ['10.6', AS, 'the redirect URI at both endpoints is the same', 'tokens', 'another redirect URI'],
    ['10.10', AS, 'nothing can be guessed', 'standards', 'gives what nobody can guess'],
    ['10.12', AS, 'nobody consents by a request that another site made', 'consent', 'is decided once, by a POST of its own page'],
    ['10.13', AS, 'pages cannot be framed', 'consent', 'cannot be framed'],
    ['10.14', AS, 'what was received is not sent on as it is', 'standards', 'lets nothing that it was given get into its headers'],
    ['10.15', AS, 'it is no open redirector', 'standards', 'is no open redirector'],
    ['2.3.1', 'client', 'the password is written as forms do, and in no address', 'signIn', 'shows its secret in the header alone'],
    [
      '3.1',
      'client',
      'the query of the endpoint stays, and nothing stands twice',
      'signIn',
      'lets no parameter that the endpoint brings stand beside ours',
    ],
    ['3.1', 'client', 'both endpoints are https, without a fragment', 'discover', 'and is refused when its %s is %s'],
    ['3.2', 'client', 'the token endpoint is asked by POST', 'signIn', 'shows its secret in the header alone'],
    ['4.1.2', 'client', 'unknown parameters of an answer are passed over', 'signIn', 'passes over what it does not know in answers'],
    [
      '4.4',
      'client',
      'client credentials are for clients that can prove themselves',
      'machines',
      'is had only as a client that somebody registered by hand',
    ],
    ['5.1', 'client', 'unknown members of an answer are passed over', 'signIn', 'passes over what it does not know in answers'],
    ['6', 'client', 'the new refresh token takes the place of the old one', 'renewals', 'is renewed by a call in its last moments'],
    ['7.1', 'client', 'a token of a type that is not known is not used', 'signIn', 'a token type that we do not speak'],
    ['10.12', 'client', 'an answer that was not asked for counts for nothing', 'signIn', 'rejects another state'],
  ]),
  ...demands('RFC 7636', [
    ['4.1', AS, 'a verifier has 43 to 128 of certain letters', 'tokens', 'a verifier that is no verifier'],
    ['4.4.1', AS, 'without a challenge there is invalid_request', 'authorize', 'no challenge'],
    ['4.6', AS, 'another verifier brings nothing', 'tokens', 'another verifier'],
    ['4.1', 'client', 'each request has a new verifier of enough letters', 'signIn', 'sends state, S256 and the resource'],
    ['4.2', 'client', 'S256 is used by who can', 'discover', 'and is refused with %s: clients MUST refuse without PKCE'],
    ['4.3', 'client', 'the challenge goes with the request', 'signIn', 'sends state, S256 and the resource'],
    ['4.5', 'client', 'the verifier goes with the code', 'signIn', 'redeems the code with the verifier'],
    ['7.2', 'client', 'nothing falls back to plain', 'discover', 'and is refused with %s: clients MUST refuse without PKCE'],
  ]),
  ...demands('RFC 8414', [
    ['2', AS, 'issuer, endpoints and response types are named', 'documents', 'name the issuer that was asked'],
    ['3.1', AS, 'the document is had by GET', 'standards', 'are JSON, by GET'],
    ['3.2', AS, 'it is JSON, without empty lists', 'standards', 'are JSON, by GET'],
    ['3.3', AS, 'its issuer is the one that was asked', 'documents', 'name the issuer that was asked'],
    ['3.1', 'client', 'the well-known part stands before the path of the issuer', 'discover', 'for the issuer path'],
    ['3.3', 'client', 'a document of another issuer is not used', 'discover', 'and is not used when it names %s'],
    ['6.2', 'client', 'nobody can stand in for the issuer', 'discover', 'and a redirect of it is not followed'],
  ]),
  ...demands('RFC 8707', [
    ['2', AS, 'a resource is absolute and has no fragment; another one is invalid_target', 'authorize', 'a resource with a fragment'],
    ['2', AS, 'resources of others are refused', 'rules', 'is not ours'],
    ['2.2', AS, 'a code brings a token for its own resource', 'tokens', 'another resource'],
    ['2.2', RS, 'a token is good at its own resource', 'granted', 'are good at the address that the token was given for'],
    ['2', 'client', 'the resource is an absolute address without a fragment', 'discover', 'are indicators without fragment'],
    ['2.2', 'client', 'the resource goes with the code', 'signIn', 'redeems the code with the verifier'],
  ]),
  ...demands('RFC 9207', [
    ['2', AS, 'every answer names the issuer', 'authorize', 'gives a code to who asks'],
    ['2', AS, 'errors name it too', 'authorize', 'names its issuer in errors too'],
    ['3', AS, 'the document says so', 'standards', 'say that answers name the issuer'],
    ['2.4', 'client', 'another issuer, or none where one was promised, ends it', 'signIn', 'rejects an answer with %s'],
    ['2.4', 'client', 'nothing of such an answer is used, its error neither', 'signIn', 'shows no words of an error'],
    ['4', 'client', 'servers that do not name themselves are kept apart in another way', 'signIn', 'has an address of its own for each issuer'],
  ]),
  ...demands('RFC 9700', [
    [
      '2.1',
      AS,
      'redirect URIs are compared letter by letter, but for the port of this computer',
      'redirects',
      'is turned away when it misses by one thing',
    ],
    ['2.1.1', AS, 'PKCE is supported, and can be seen to be', 'standards', 'say that answers name the issuer'],
    ['2.1.1', AS, 'PKCE cannot be left out or weakened', 'authorize', 'the plain method'],
    ['2.2.2', AS, 'refresh tokens of public clients are turned over', 'tokens', 'turns refresh tokens over'],
    ['2.4', AS, 'there is no password grant', 'tokens', 'the password grant'],
    ['2.6', AS, 'there is no CORS at the authorization endpoint', 'standards', 'cannot be read by pages of any other site'],
    ['4.5', AS, 'a code that was stolen is worth nothing', 'tokens', "gives nothing for another client's code"],
    ['4.7', AS, 'nobody consents by a request that another site made', 'consent', 'is decided once, by a POST of its own page'],
    ['4.11.2', AS, 'people sign in before they are sent on', 'standards', 'is no open redirector'],
    ['4.12', AS, '307 is not used', 'standards', 'sends a browser on with 303 alone'],
    ['4.14.2', AS, 'a refresh token that comes again ends its family', 'tokens', 'turns refresh tokens over'],
    ['4.16', AS, 'pages cannot be framed', 'consent', 'cannot be framed'],
    ['4.3.2', RS, 'no token in an address', 'granted', 'are not believed with a refresh token'],
    ['2.1.1', 'client', 'PKCE is used, and a server without it is not', 'discover', 'and is refused with %s: clients MUST refuse without PKCE'],
    ['4.4', 'client', 'the code of one server never reaches another', 'signIn', 'never sends the code of one server to another'],
    ['4.11.1', 'client', 'it is no open redirector', 'paths', 'never leads out of the origin'],
  ]),
  ...demands('RFC 9728', [
    ['2', RS, 'the resource names itself', 'documents', 'are found by the path of the resource'],
    ['3.1', RS, 'the well-known part stands before its path', 'documents', 'are found by the path of the resource'],
    ['3.2', RS, 'it is JSON, without empty lists', 'standards', 'are JSON, by GET'],
    ['5.1', RS, 'a 401 says where the document is', 'documents', 'are named by the 401 of each door'],
    ['3.1', 'client', 'the document is looked for in the same way', 'discover', 'below its path first'],
    ['3.3', 'client', 'a document of another resource is not used', 'discover', 'but not where the description is of %s'],
    ['5.1', 'client', 'the place that a challenge names is the one', 'discover', 'at the place that the challenge names'],
    ['7.7', 'client', 'no address of a document leads inside', 'discover', 'but never at an address inside'],
  ]),
  ...demands('MCP authorization', [
    ['', AS, 'metadata says that PKCE is S256', 'standards', 'say that answers name the issuer'],
    ['', AS, 'redirect URIs are https, or this computer', 'redirects', 'can be registered or not'],
    [
      '',
      AS,
      'a client is what its own document says, and may be sent where that says',
      'clientDocuments',
      'of one assistant says nothing about another',
    ],
    ['', RS, 'there is protected resource metadata, and the 401 leads to it', 'documents', 'are named by the 401 of each door'],
    ['', RS, 'tokens for others are refused', 'granted', 'are good at the address that the token was given for'],
    ['', RS, 'tokens come in the header', 'granted', 'are not believed with a refresh token'],
    ['', RS, 'too little scope is 403 with all that it takes', 'granted', 'are refused with everything that they take'],
    ['', RS, 'no token goes on to anybody else', 'granted', 'take the token that they came with no further'],
    ['', 'client', 'both kinds of server metadata are looked for, in this order', 'discover', 'for the issuer path'],
    ['', 'client', 'a server without PKCE is refused', 'discover', 'and is refused with %s: clients MUST refuse without PKCE'],
    ['', 'client', 'scopes come from the challenge, then from the resource', 'discover', 'is %s (MCP authorization, scope selection)'],
    ['', 'client', 'our document is at the address that it names', 'ourDocument', 'is at the address that it names'],
    ['', 'client', 'more is asked for when it is needed, and not over and over', 'links', 'is granted more when a call needs more'],
  ]),
  ...demands('MCP security best practices', [
    ['', AS, 'each assistant is consented to by itself', 'authorize', 'asks every time'],
    ['', AS, 'the answer comes back to the browser that consented', 'consent', 'is for the browser in which the request began'],
    ['', 'client', 'no address leads inside', 'discover', 'but never at an address inside'],
  ]),
]
