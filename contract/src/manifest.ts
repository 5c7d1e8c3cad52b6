import { z } from 'zod'
import { probeConsent, testCase } from './test-case.ts'

/** A connector's short name: it stands in addresses and before tool names. */
export const slug = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,30}$/, 'Start with a letter; then 1 to 30 lower-case letters, digits or dashes.')
  .describe('Short name of the connector, unique in the workspace, kept for good. Tools reach assistants as `slug_tool`.')

const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'This is not a name that a header can have.')

/** Where the key of a user goes in a request to the API. */
export const credentialPlacement = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('none') }).describe('The API asks for no key'),
    z.strictObject({ type: z.literal('bearer') }).describe('`Authorization: Bearer <key>`'),
    z.strictObject({ type: z.literal('basic') }).describe('`Authorization: Basic <key>`, the key being `name:password`'),
    z
      .strictObject({ type: z.literal('header'), name: headerName.describe('Name of the header') })
      .describe('A header of its own, such as `X-Api-Key`'),
    z
      .strictObject({ type: z.literal('query'), name: z.string().min(1).max(100).describe('Name of the parameter') })
      .describe('A query parameter. Addresses end up in log files: prefer a header where the API takes one'),
    z.strictObject({ type: z.literal('cookie'), name: headerName.describe('Name of the cookie') }).describe('A cookie; the key is sent as its value'),
  ])
  .describe('Where the key of a user goes in a request')

const secureAddress = z
  .string()
  .max(1_024)
  .regex(/^https?:\/\/[^\s#]+$/, 'This is not an https address without a fragment.')
const scopeName = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, 'This is not a scope (RFC 6749 section 3.3).')

/** How people sign in to the API by OAuth 2. Whatever is left out is found out: from the MCP server's challenge, from the issuer's metadata. */
export const oauthCredential = z
  .strictObject({
    type: z.literal('oauth2'),
    issuer: secureAddress
      .optional()
      .describe(
        'The authorization server, exactly as its metadata says it. Needed for an HTTP API; an MCP server says it itself, and here it is pinned',
      ),
    authorizationEndpoint: secureAddress.optional().describe('Where people sign in, for a server that publishes no metadata'),
    tokenEndpoint: secureAddress.optional().describe('Where tokens come from, for a server that publishes no metadata'),
    revocationEndpoint: secureAddress.optional().describe('Where tokens are taken back (RFC 7009), for a server that publishes no metadata'),
    userinfoEndpoint: secureAddress.optional().describe('Says whose account it is, for a server that publishes no metadata'),
    scopes: z.array(scopeName).max(100).default([]).describe('What to ask for. Empty: what the server asks for in its challenge, or else offers'),
    resource: secureAddress.optional().describe('Resource indicator (RFC 8707) of an HTTP API. An MCP server always gets its own address as one'),
    grant: z
      .enum(['authorization-code', 'client-credentials'])
      .default('authorization-code')
      .describe('`client-credentials`: the whole workspace acts as one account that the operator holds a client for; nobody signs in'),
    exchange: z
      .strictObject({ audience: z.string().min(1).max(1_024).optional(), scopes: z.array(scopeName).max(100).default([]) })
      .optional()
      .describe('The API takes tokens that are exchanged for the one from the sign-in (RFC 8693)'),
  })
  .describe("People sign in at the API's own authorization server; the access token is sent as `Authorization: Bearer <token>`")

/** Where the key of a user goes in a request to the API, or how people sign in there. */
export const credentialDeclaration = z
  .discriminatedUnion('type', [...credentialPlacement.options, oauthCredential])
  .describe('Where the key of a user goes in a request, or how people sign in')

/** A harmless tool that says whose account a credential belongs to; it is called when an account is linked or tested. */
export const accountProbe = z
  .strictObject({
    tool: z.string().min(1).max(64).describe('A tool that only reads and needs no arguments'),
    name: z.string().max(200).describe('JSON pointer into its structured answer: the name of the account, such as `/email`'),
    id: z.string().max(200).optional().describe('JSON pointer to what identifies the account for good; without it, the name does'),
  })
  .describe('How to find out whose account was linked')

/** A language as BCP 47 writes it, such as `de` or `pt-BR`. */
export const languageTag = z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, 'This is not a language tag, such as en or pt-BR.')

/** The youngest people that a connector is for (clause 2e-vii). */
export const ageRatings = ['everyone', '13+', '16+', '18+'] as const
export const ageRating = z.enum(ageRatings)
export type AgeRating = z.infer<typeof ageRating>

/** What is known of a person's age: a band, never a date of birth. */
export const ageBands = ['under-13', '13-15', '16-17', 'adult', 'unknown'] as const
export const ageBand = z.enum(ageBands)
export type AgeBand = z.infer<typeof ageBand>

/** What a developer allows us to take from the API (clause 3b-limits). */
export const declaredLimits = z
  .strictObject({
    perSecond: z.number().positive().max(100_000).optional().describe('Calls per second, in the long run'),
    burst: z.number().int().positive().max(100_000).optional().describe('Calls at once after a pause'),
    concurrency: z.number().int().positive().max(10_000).optional().describe('Calls under way at the same time'),
  })
  .describe('Limits on our use of the API. What is left out follows the default of the operator')

const names = z.array(z.string().min(1).max(300)).min(1).max(500)

/** Which operations of an OpenAPI document become tools. */
export const operationChoice = z
  .strictObject({
    tags: names.optional().describe('Those with one of these tags'),
    paths: names.optional().describe('Those at paths that fit one of these: `*` is any one segment, and a last `**` any rest'),
    search: z.string().min(1).max(300).optional().describe('Those with all of these words in name, path, tags or description'),
    include: names.optional().describe('Names of tools or operation ids that are chosen in any case'),
    exclude: names.optional().describe('Names of tools or operation ids that are not chosen'),
  })
  .describe('Operations of a large document that become tools. Without it, all of them; what is given narrows')

/** What a connector declares about itself, as its developer writes it in YAML or JSON. */
export const manifest = z.strictObject({
  slug,
  name: z.string().trim().min(1).max(60).describe('Name that users see'),
  kind: z.enum(['mcp', 'openapi']).describe('`mcp`: an MCP server; `openapi`: an HTTP API with an OpenAPI document'),
  url: z.string().min(1).max(1_024).describe('Address of the MCP endpoint, or the base address of the API'),
  document: z.string().min(1).max(1_024).optional().describe('Address of the OpenAPI document, where it is not handed in with the release'),
  description: z.string().trim().min(1).max(4_000).describe('What it is good for, in words for users'),
  receives: z
    .array(z.string().trim().min(1).max(200))
    .max(50)
    .default([])
    .describe('Personal data that the API receives, one line each, such as `the dates you ask about`'),
  privacyNotice: z
    .string()
    .trim()
    .max(100_000)
    .default('')
    .describe('The text users read and agree to before the first call: who receives the data, what for, how long it is kept'),
  privacyNoticeUrl: secureAddress
    .optional()
    .describe(
      'Where the notice stands on the web. It is fetched when a release is handed in, and its text is what users read; looked at again each week',
    ),
  privacyNoticeLanguage: languageTag.default('en').describe('Language of the notice'),
  privacyNotices: z
    .record(languageTag, z.strictObject({ text: z.string().trim().min(1).max(100_000).optional(), url: secureAddress.optional() }))
    .default({})
    .describe('The same notice in further languages, by language tag: each a text or an address'),
  ageRating: ageRating.default('everyone').describe('Whom it is for. People below it cannot enable it'),
  ownsApi: z.boolean().default(false).describe('Whether the developer owns the API. If not, users are told so'),
  ownerMarks: z
    .boolean()
    .default(false)
    .describe("Whether the API's owner gave leave to show its logo, where somebody else publishes it. Without it, icons of the server are left out"),
  credential: credentialDeclaration.default({ type: 'none' }),
  account: accountProbe.optional(),
  limits: declaredLimits.default({}),
  tools: z
    .record(
      z.string().max(64),
      z.strictObject({
        effect: z
          .enum(['read', 'change', 'destructive'])
          .optional()
          .describe('What the tool does to the world, where the connector does not say or says it wrong'),
        consequential: z.boolean().optional().describe('Whether a person must say yes to each call. Without it: every tool that does more than read'),
      }),
    )
    .default({})
    .describe('Corrections for single tools, by name'),
  operations: operationChoice.optional(),
  answers: z
    .enum(['strict', 'lenient'])
    .optional()
    .describe(
      'What becomes of an answer that does not fit the output schema of its tool: `strict` refuses it, `lenient` passes it on, marked as unchecked. ' +
        'Without it: lenient for an HTTP API, whose document is often behind what it does, and strict for an MCP server, which has to keep to it',
    ),
  releaseNotes: z.string().trim().max(4_000).default('').describe('What changed since the release before. The reviewer reads it'),
  tests: z.array(testCase).max(50).default([]).describe('Calls that the review makes, and what has to come of them'),
  probes: probeConsent.default({ badInput: false, wrongAudience: false }),
})

export type Manifest = z.infer<typeof manifest>
/** A manifest as written, before what is left out takes its default. */
export type ManifestInput = z.input<typeof manifest>

/** The same as a JSON Schema, for editors: what may stand in a manifest, field by field, with what each is for. */
export function manifestJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'Manifest of a connector', ...z.toJSONSchema(manifest, { io: 'input', target: 'draft-2020-12' }) }
}
