import { z } from 'zod'
import { assistantKinds } from '../grant-scopes.ts'
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
