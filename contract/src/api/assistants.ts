import { z } from 'zod'
import { assistantKinds, grantScopes } from '../grant-scopes.ts'
import { idOf, time } from './page.ts'
import { assistant } from './tokens.ts'

/** An assistant as whoever runs this Handfast sees it. */
export const assistantDetail = assistant.extend({
  kind: z.enum(assistantKinds),
  /** How it names itself when it asks for access; null where it holds tokens that people made. */
  clientId: z.string().nullable(),
  disabledAt: time.nullable(),
  redirectUris: z.array(z.string()),
  /** How it proves itself at the token endpoint. */
  authMethod: z.string().nullable(),
  /** Whether it may vouch for users of its own, and acts for nobody else. */
  users: z.enum(['others', 'own-too', 'own-only']),
  /** People's access that holds now. */
  grants: z.number().int(),
  lastUsedAt: time.nullable(),
})
export type AssistantDetail = z.infer<typeof assistantDetail>

export const assistantInPath = z.strictObject({ id: idOf('ast') })

export const authMethods = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const

export const registerAssistant = z.strictObject({
  name: z.string().trim().min(1).max(80),
  redirectUris: z
    .array(z.string().min(1).max(2_000))
    .min(1)
    .max(20)
    .describe('Compared letter by letter; only the port of a loopback address is free'),
  applicationType: z.enum(['web', 'native']).optional(),
  authMethod: z.enum(authMethods).default('none').describe('none: a public client, such as a program on a computer'),
  jwksUri: z.url().optional().describe('Where its keys are, for private_key_jwt'),
  clientId: z
    .string()
    .regex(/^[A-Za-z0-9._-]{3,100}$/)
    .optional()
    .describe('Absent: one is made'),
})
export type RegisterAssistant = z.infer<typeof registerAssistant>

/** The only time that the secret is shown. */
export const registeredAssistant = z.object({ assistant: assistantDetail, clientId: z.string(), clientSecret: z.string().nullable() })
export type RegisteredAssistant = z.infer<typeof registeredAssistant>

export const steerAssistant = z.strictObject({ id: idOf('ast'), disabled: z.boolean() })

export const assertionAlgorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'] as const

/** Somebody whose word about an assistant's users counts. */
export const assertionIssuer = z.strictObject({
  issuer: z.string().min(1).max(500).describe('The claim iss, letter by letter'),
  kind: z
    .enum(['assistant', 'identity-provider'])
    .default('assistant')
    .describe('assistant: the product signs itself. identity-provider: it brings an ID-JAG (typ oauth-id-jag+jwt) of this provider'),
  algorithms: z.array(z.enum(assertionAlgorithms)).min(1).default(['ES256', 'RS256']),
  jwksUri: z
    .url()
    .regex(/^https:\/\/|^http:\/\/(?:localhost|127\.0\.0\.1)[:/]/, 'Keys that anybody on the way could change prove nothing: use https.')
    .max(2_000)
    .nullable()
    .default(null)
    .describe('Where its public keys are'),
  jwks: z
    .strictObject({
      keys: z
        .array(z.record(z.string().max(50), z.unknown()))
        .min(1)
        .max(20),
    })
    .nullable()
    .default(null)
    .describe('The public keys themselves'),
})

/** What an assistant may say about users of its own. */
export const assertionRule = z.object({
  issuers: z.array(assertionIssuer),
  scopes: z.array(z.enum(grantScopes)),
  createUsers: z.boolean(),
  ownUsersOnly: z.boolean(),
  /** The only audience that an assertion may name, and where it goes. */
  audience: z.string(),
  tokenEndpoint: z.string(),
  changedAt: time,
})
export type AssertionRuleView = z.infer<typeof assertionRule>

const ruleFields = {
  issuers: z.array(assertionIssuer).min(1).max(5),
  scopes: z
    .array(z.enum(grantScopes))
    .min(1)
    .default([...grantScopes])
    .describe('The most that it gets for them'),
  createUsers: z.boolean().default(true).describe('Whether somebody new gets an account'),
  ownUsersOnly: z.boolean().default(false).describe('Whether it acts for nobody else'),
}
/** As it stands in a platform file, and in a file for the command line. */
export const declaredAssertionRule = z.strictObject(ruleFields)
export const setAssertionRule = z.strictObject({ id: idOf('ast'), ...ruleFields })
export type SetAssertionRule = z.input<typeof setAssertionRule>
/** For whom it may vouch: null, nobody. */
export const assertionRuleOf = z.object({ rule: assertionRule.nullable() })
export type AssertionRuleOf = z.infer<typeof assertionRuleOf>
