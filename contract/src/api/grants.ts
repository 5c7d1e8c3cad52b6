import { z } from 'zod'
import { assistantKinds, grantScopes } from '../grant-scopes.ts'
import { slug } from '../manifest.ts'
import { idOf, time } from './page.ts'

const grantScope = z.enum(grantScopes)
const connectorName = z.object({ slug: z.string(), name: z.string() })

/** What a person let an assistant do. */
export const grant = z.object({
  id: idOf('grt'),
  assistant: z.object({
    id: idOf('ast'),
    name: z.string(),
    kind: z.enum(assistantKinds),
    /** The host that answers for its identity. Null: nobody does, it said its name itself. */
    host: z.string().nullable(),
    disabled: z.boolean(),
  }),
  /** Host, or scheme of an app, to which its access was handed. */
  redirect: z.string(),
  scopes: z.array(grantScope),
  /** Null: every connector that the person enables. */
  connectors: z.array(connectorName).nullable(),
  /** The address that it is good at. */
  resource: z.string(),
  createdAt: time,
  /** To the minute. */
  lastUsedAt: time.nullable(),
  /** Unless it is used before. */
  expiresAt: time,
})
export type Grant = z.infer<typeof grant>

export const grantInPath = z.strictObject({ id: idOf('grt') })

const connectorChoice = z.array(slug).max(500).nullable()

export const reduceGrant = z.strictObject({
  id: idOf('grt'),
  scopes: z.array(grantScope).min(1).optional().describe('What is left; nothing can be added here'),
  connectors: connectorChoice.optional().describe('Connectors that are left'),
})
export type ReduceGrant = z.infer<typeof reduceGrant>

/** What a page has to show before a person says yes to an assistant. */
export const authorizationRequest = z.object({
  assistant: z.object({
    name: z.string(),
    kind: z.enum(assistantKinds),
    clientId: z.string(),
    host: z.string().nullable(),
  }),
  redirect: z.object({
    /** Where the browser goes next: `web` a host, `loopback` a program on this computer, `app` a program by its scheme, `device` nowhere. */
    kind: z.enum(['web', 'loopback', 'app', 'device']),
    /** Host or scheme, shown apart from the name because it cannot be chosen freely. */
    target: z.string(),
    uri: z.string(),
  }),
  requested: z.array(grantScope),
  resource: z.string(),
  /** The only connector that the resource reaches, where it is one. */
  only: z.object({ slug: z.string(), name: z.string(), enabled: z.boolean() }).nullable(),
  /** What the person enabled. */
  connectors: z.array(connectorName),
  /** Whether it can stay connected after the first hour. */
  canStay: z.boolean(),
  /** It holds access of this person already. */
  known: z.boolean(),
  /** Where a device asked from, as far as it is known. */
  device: z.object({ address: z.string(), agent: z.string() }).nullable(),
  expiresAt: time,
})
export type AuthorizationRequest = z.infer<typeof authorizationRequest>

const decision = {
  yes: z.boolean(),
  scopes: z.array(grantScope).min(1).optional().describe('What is allowed; at most what the page offered. Absent: what was asked for'),
  connectors: connectorChoice.optional().describe('Null or absent: everything that is enabled'),
  stay: z.boolean().default(false).describe('Whether it stays connected until that is taken back'),
}

const requestId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)
export const authorizationInPath = z.strictObject({ id: requestId })
export const decideAuthorization = z.strictObject({ id: requestId, ...decision })
export type DecideAuthorization = z.infer<typeof decideAuthorization>
export const decidedAuthorization = z.object({ redirect: z.string().describe('Path of this server at which the browser goes on') })
export type DecidedAuthorization = z.infer<typeof decidedAuthorization>

const userCode = z.string().trim().min(1).max(40).describe('As the device shows it')
export const deviceLookup = z.strictObject({ userCode })
export const decideDevice = z.strictObject({ userCode, ...decision })
export type DecideDevice = z.infer<typeof decideDevice>
