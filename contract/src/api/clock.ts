import { z } from 'zod'
import { time } from './page.ts'

/** What time it is here. On a server for development the clock can be moved, so that 30 days can be watched in a minute. */
export const clockView = z.object({ now: time, movable: z.boolean() })
export type ClockView = z.infer<typeof clockView>
export const moveClock = z.strictObject({
  seconds: z
    .number()
    .positive()
    .max(10 * 366 * 86_400)
    .describe('How far the clock moves on; it never moves back'),
})
