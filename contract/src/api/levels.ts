import { z } from 'zod'
import { slug } from '../manifest.ts'

/** How often a person is asked before a call is sent, from always to never. */
export const approvalLevels = ['always', 'any-change', 'important', 'never'] as const
export const approvalLevel = z.enum(approvalLevels)
export type ApprovalLevel = z.infer<typeof approvalLevel>

export const levels = z.object({
  default: approvalLevel,
  /** Connectors with a level of their own, which outranks the default. */
  connectors: z.array(z.object({ slug: z.string(), name: z.string(), level: approvalLevel })).readonly(),
})
export type Levels = z.infer<typeof levels>

export const changeLevel = z.strictObject({
  connector: slug.optional().describe('Absent: your default'),
  level: approvalLevel.nullable().describe('Null: what holds without a choice of your own'),
})
export type ChangeLevel = z.infer<typeof changeLevel>
