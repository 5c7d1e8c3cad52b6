import { z } from 'zod'
import { idOf } from './page.ts'

const person = z.object({ id: idOf('usr'), name: z.string() })

/** Whose rule it is: the workspace's, the person's for one connector, or the person's for all. In this order one outranks the next. */
export const levelWord = z.enum(['workspace', 'connector', 'default'])

/** A question that a call is put to: whose yes, and what asks. */
export const needView = z.object({
  /** `you`: the person whose call it is. */
  from: z.enum(['you', 'others']),
  level: levelWord,
  rule: z.string().nullable(),
  version: z.int().nullable(),
  because: z.string(),
  /** Who may answer, where it is others. */
  who: z
    .object({ groups: z.array(z.string()).readonly(), people: z.array(person).readonly(), owners: z.boolean(), notWhoAsks: z.boolean() })
    .nullable(),
  /** Who answered with yes. */
  settledBy: person.nullable(),
})
export type NeedView = z.infer<typeof needView>
