import { z } from 'zod'
import { idOf, time } from './page.ts'

export const memberRole = z.enum(['owner', 'member']).describe('Owners decide who belongs; both publish and stop connectors')

/** An organisation that publishes connectors, as its members see it. */
export const developer = z.object({ id: idOf('dev'), name: z.string(), country: z.string(), role: memberRole, createdAt: time })
export type DeveloperView = z.infer<typeof developer>

export const createDeveloper = z.strictObject({
  name: z.string().trim().min(1).max(80).describe('Name that users see beside its connectors'),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'Use the two capital letters of ISO 3166, such as IE.')
    .describe('Where it is established; the contracting entity follows from it'),
})

export const developerInPath = z.strictObject({ id: idOf('dev') })
export const member = z.object({ user: idOf('usr'), role: memberRole })
export const members = z.object({ items: z.array(member).readonly() })
export const memberInPath = z.strictObject({ id: idOf('dev'), user: idOf('usr') })
export const setMember = memberInPath.extend({ role: memberRole })
