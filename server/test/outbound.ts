/**
 * Every place in the server that sends something out, as data: what for, whether it follows redirects, and what bounds it. The address is
 * judged by egress in all of them. Requests of libraries go through `asFetch`, whose purposes say the same by themselves.
 */
export type OutboundPlace = {
  readonly file: string
  /** How many requests are written there. */
  readonly requests: number
  readonly purpose: string
  readonly redirects: 'none' | 'within the same origin' | 'to reviewed origins'
  readonly limits: string
}

export const outboundPlaces: readonly OutboundPlace[] = [
  {
    file: 'cli/house.ts',
    requests: 1,
    purpose: "the command line talks to the operator's own server",
    redirects: 'none',
    limits: 'a way out of its own, opened for that one address; the time that the longest command takes',
  },
  {
    file: 'cli/open-egress.ts',
    requests: 1,
    purpose: 'a ledger or a document that somebody names on the command line',
    redirects: 'within the same origin',
    limits: 'the defaults of egress',
  },
  {
    file: 'cli/try/source.ts',
    requests: 1,
    purpose: 'handfast try: what is at this address?',
    redirects: 'within the same origin',
    limits: 'time and size of a document',
  },
  {
    file: 'developers/parties/fetch-file.ts',
    requests: 1,
    purpose: 'a list of parties that the operator named',
    redirects: 'within the same origin',
    limits: 'time and size of a list; nothing secret travels',
  },
  {
    file: 'developers/prove-domain.ts',
    requests: 1,
    purpose: 'the file by which a developer proves a domain',
    redirects: 'none',
    limits: 'the time and size of a line of text; nothing secret travels',
  },
  {
    file: 'developers/watched-pages.ts',
    requests: 1,
    purpose: 'whether a page that a developer named still answers',
    redirects: 'within the same origin',
    limits: 'time and size of a page; nothing secret travels',
  },
  {
    file: 'incidents/security-txt-looks.ts',
    requests: 1,
    purpose: 'the security.txt of a connector',
    redirects: 'within the same origin',
    limits: 'the purpose of its name; nothing secret travels',
  },
  {
    file: 'notices/fetch-notice.ts',
    requests: 1,
    purpose: 'a privacy notice at the address that its developer gave',
    redirects: 'to reviewed origins',
    limits: 'the purpose of its name; besides its own origin only the same with or without www; nothing secret travels',
  },
  {
    file: 'notices/tell-webhook.ts',
    requests: 1,
    purpose: 'a notice to the address that its receiver named, signed',
    redirects: 'none',
    limits: 'the purpose of its name; the secret signs and never travels',
  },
  {
    file: 'review/describe-tools.ts',
    requests: 1,
    purpose: 'the OpenAPI document of a release',
    redirects: 'within the same origin',
    limits: 'time and size of a document',
  },
  {
    file: 'review/probes/authorization.ts',
    requests: 1,
    purpose: 'a probe of a release: how it asks for a sign-in',
    redirects: 'none',
    limits: 'time and size of a probe; no key of a user',
  },
  {
    file: 'review/probes/run-probes.ts',
    requests: 1,
    purpose: 'a probe of a release: the page of its privacy notice',
    redirects: 'within the same origin',
    limits: 'time and size of a probe; nothing secret travels',
  },
  {
    file: 'review/probes/transport.ts',
    requests: 1,
    purpose: 'a probe of a release: how its address is reached, and where it leads',
    redirects: 'none',
    limits: 'time and size of a probe; nothing secret travels',
  },
  {
    file: 'upstream/action.ts',
    requests: 1,
    purpose: 'a call to an API',
    redirects: 'to reviewed origins',
    limits: 'time and size of the call; with a key, only the origin it was given for',
  },
  {
    file: 'upstream/exchange.ts',
    requests: 3,
    purpose: 'a call to an MCP server, the rest of a stream that broke off, and the end of a session',
    redirects: 'to reviewed origins',
    limits: 'time and size of the call; with a key, only the origin it was given for; the end of a session follows none',
  },
  {
    file: 'upstream/sse-stream.ts',
    requests: 1,
    purpose: 'the stream of an MCP server of 2024, where the operator lets those be reached',
    redirects: 'to reviewed origins',
    limits: 'the time of the handshake until it opens; two hours, 1 GiB, and each message as long as an answer may be; messages go to its own origin',
  },
]
