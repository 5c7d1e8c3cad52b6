import { z } from 'zod'

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
  ])
  .describe('Where the key of a user goes in a request')

/** What a developer allows us to take from the API (clause 3b-limits). */
export const declaredLimits = z
  .strictObject({
    perSecond: z.number().positive().max(100_000).optional().describe('Calls per second, in the long run'),
    burst: z.number().int().positive().max(100_000).optional().describe('Calls at once after a pause'),
    concurrency: z.number().int().positive().max(10_000).optional().describe('Calls under way at the same time'),
  })
  .describe('Limits on our use of the API. What is left out follows the default of the operator')

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
    .max(20_000)
    .default('')
    .describe('The text users read and agree to before the first call: who receives the data, what for, how long it is kept'),
  ownsApi: z.boolean().default(false).describe('Whether the developer owns the API. If not, users are told so'),
  credential: credentialPlacement.default({ type: 'none' }),
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
})

export type Manifest = z.infer<typeof manifest>
/** A manifest as written, before what is left out takes its default. */
export type ManifestInput = z.input<typeof manifest>
