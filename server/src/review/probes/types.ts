import type { JsonValue } from '@handfast/contract'

/**
 * What probes of a connector found, as plain data: rules judge it, and never ask the world themselves. A part that was not tried is null, with the
 * reason in `skipped`, so that "nothing found" and "not looked" stay two things.
 */
export type ProbeResults = {
  /** When the probes began, UTC milliseconds. */
  readonly at: number
  readonly transport: TransportProbe | null
  readonly handshake: HandshakeProbe | null
  readonly authorization: AuthorizationProbe | null
  /** With the developer's agreement, or on a domain proven to be theirs, only (clause 2a-no-harm). */
  readonly hostile: HostileProbe | null
  /** Test cases of the developer, in the order in which they were handed in. */
  readonly cases: readonly CaseProbe[]
  /** Addresses of the listing, as a stranger's browser without cookies meets them. */
  readonly pages: readonly PageProbe[]
  readonly skipped: readonly { readonly probe: ProbeName; readonly why: string }[]
}

export type ProbeName = 'transport' | 'handshake' | 'authorization' | 'hostile' | 'cases' | 'pages'

/** The address itself: does it answer, and who vouches for it. */
export type TransportProbe = {
  readonly url: string
  readonly answered: boolean
  /** Why not, in words for the developer. */
  readonly failure: string | null
  readonly status: number | null
  /** Where it sent us; redirects are not followed. */
  readonly redirectedTo: string | null
  readonly tookMs: number
  /** Null: not reached by https. */
  readonly tls: TlsProbe | null
}

export type TlsProbe = {
  /** Such as `TLSv1.3`. */
  readonly protocol: string | null
  readonly trusted: boolean
  /** Why it is not trusted, such as `CERT_HAS_EXPIRED`. */
  readonly problem: string | null
  readonly issuer: string | null
  /** End of the certificate, UTC milliseconds. */
  readonly validTo: number | null
}

/** Kind `mcp`: the first words with the server. */
export type HandshakeProbe = {
  readonly succeeded: boolean
  readonly failure: string | null
  /** `sse`: the transport of 2024-11-05. */
  readonly transport: 'streamable-http' | 'sse' | null
  /** Revision that was agreed on. */
  readonly version: string | null
  /** Revisions by era, each greeted by itself; null: it does not speak that era. Absent: not tried. */
  readonly eras?: { readonly modern: string | null; readonly legacy: string | null }
  readonly serverInfo: { readonly name: string; readonly version: string } | null
  /** Whether two lists of tools, asked for one after the other, were the same. Null: only one was asked for. */
  readonly listsAgree: boolean | null
}

/** What a request without, and one with a made-up token, leads to. */
export type AuthorizationProbe = {
  readonly withoutToken: ChallengeProbe
  /** Null: not tried. */
  readonly withUnknownToken: ChallengeProbe | null
  /** RFC 9728. Null: there is none. */
  readonly resourceMetadata: {
    readonly url: string
    readonly resource: string | null
    readonly authorizationServers: readonly string[]
    readonly scopesSupported: readonly string[] | null
  } | null
  /** RFC 8414 or OpenID discovery. Null: there is none. */
  readonly serverMetadata: {
    readonly issuer: string
    readonly codeChallengeMethods: readonly string[] | null
    readonly scopesSupported: readonly string[] | null
    readonly authorizationEndpoint: string | null
    readonly tokenEndpoint: string | null
    readonly revocationEndpoint: string | null
    readonly registrationEndpoint: string | null
    readonly clientIdMetadataDocuments: boolean
  } | null
}

export type ChallengeProbe = {
  readonly status: number
  /** Text of `WWW-Authenticate`. */
  readonly challenge: string | null
}

export type HostileProbe = {
  /** A token for another resource. `accepted`: a tool answered. `not-tried`: also where no answer said anything about the token. */
  readonly wrongAudience: 'refused' | 'accepted' | 'not-tried'
  /** Arguments that break the schema of a tool that only reads. */
  readonly badInput: readonly {
    readonly tool: string
    /** `accepted`: answered as if nothing were wrong. `crashed`: a status of 5xx, or a connection that broke. */
    readonly outcome: 'refused' | 'accepted' | 'crashed'
    /** What it said, at most 500 characters. */
    readonly message: string | null
  }[]
}

export type CaseProbe = {
  readonly name: string
  /** `negative`: nothing of this connector should be called, or the call should be refused. */
  readonly kind: 'positive' | 'negative'
  /** What was called; null: nothing. */
  readonly tool: string | null
  readonly outcome: 'as-expected' | 'otherwise' | 'not-run'
  /** What was otherwise, or why it was not run, in words. */
  readonly why: string | null
  readonly tookMs: number
  readonly bytes: number
  readonly isError: boolean
  /** Null: no output schema, or no structured answer. */
  readonly fitsSchema: boolean | null
  readonly schemaProblem: string | null
  /** JSON pointers of the keys in the structured answer, with `-` for places in lists; at most 500. */
  readonly keys: readonly string[]
  /** Text of the answer, at most 20,000 characters. */
  readonly text: string
  readonly structured?: JsonValue
}

export type PageProbe = {
  readonly field: 'privacyNoticeUrl' | 'website' | 'support' | 'terms' | 'documentation' | 'video'
  readonly url: string
  readonly status: number | null
  readonly failure: string | null
  readonly redirectedTo: string | null
  /** It asks for a password. */
  readonly asksToSignIn: boolean
  /** Visible text, at most 20,000 characters. */
  readonly text: string
}
