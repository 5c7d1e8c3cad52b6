import { z } from 'zod'

/** Settings about who reviews what, and about the APIs of others. */
export const reviewSettings = {
  sponsoredCallsPerSecond: z.coerce
    .number()
    .min(0.1)
    .default(10)
    .describe("Calls a second to one connector that somebody else than the API's owner publishes, at most, whatever its developer declared"),
  sponsoredConcurrentCalls: z.coerce.number().int().min(1).default(20).describe('Calls at once to such a connector, at most'),
  profile: z
    .enum(['house', 'public'])
    .default('house')
    .describe('`house`: whoever runs it may hold every role, which is recorded as that. `public`: reviews and appeals are decided by somebody else'),
  secondReviewFromRisk: z.coerce
    .number()
    .int()
    .min(0)
    .max(101)
    .optional()
    .describe(
      'Releases of that risk, from 0 to 100, need two different reviewers; 101: none does. Without it: 40 in the public profile, none in the house',
    ),
  claimMinutes: z.coerce
    .number()
    .int()
    .min(5)
    .max(10_080)
    .default(240)
    .describe('How long a reviewer keeps a release in hand before others may take it'),
  rescanHours: z.coerce.number().min(1).max(720).default(24).describe('How often a live connector is asked again what its tools are'),
}
