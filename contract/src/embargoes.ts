import { z } from 'zod'

const day = z.iso.date().describe('A day, such as 2025-06-30')

/** Countries and regions under embargo, as data with dates: what ships is a starting point, and an operator brings their own file. */
export const embargoTable = z.strictObject({
  date: day.describe('The day as of which the table was put together'),
  source: z.string().trim().min(1).max(1_000).describe('Where it comes from, for whoever has to check it'),
  territories: z
    .array(
      z.strictObject({
        code: z
          .string()
          .regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/)
          .describe('ISO 3166-1 of a country, or ISO 3166-2 of a region, such as UA-43'),
        name: z.string().trim().min(1).max(200),
        kind: z
          .enum(['comprehensive', 'review'])
          .describe('`comprehensive` holds an organisation that says it is there; `review` asks a person to look'),
        from: day.describe('The first day on which it counts'),
        until: day.optional().describe('The first day on which it does not count any more'),
        postcodes: z
          .array(z.string().regex(/^[0-9A-Z]{1,8}$/))
          .max(200)
          .optional()
          .describe('How postcodes there begin; they ask a person to look'),
        source: z.string().trim().min(1).max(500).describe('What says so'),
      }),
    )
    .max(500)
    .readonly(),
})
export type EmbargoTable = z.infer<typeof embargoTable>
