import { z } from 'zod'
import { idOf, time } from './page.ts'

/** What developers are asked about their security (clause 3a-developer-security), with the answers that call for a closer look. */
export const securityQuestions = {
  transport: 'Is everything that goes over a network encrypted, with certificates that are checked?',
  storage: 'Is what you keep of requests encrypted where it lies?',
  access: 'Can only people who need it read what you keep, each under an account of their own with a second factor?',
  secrets: 'Are keys and passwords kept apart from the code, and changed when people leave?',
  updates: 'Are known weaknesses of what you use fixed within 30 days, serious ones within 7?',
  logging: 'Would you notice if somebody read data that is not theirs?',
  isolation: 'Is the data of one user kept apart from that of another by the software, and is that tested?',
  backups: 'Are there backups, and has one been restored within a year?',
  testing: 'Was the API tested for weaknesses within a year, by somebody who did not write it?',
  contact: 'Is there somebody who reads reports of weaknesses, and can they be reached?',
} as const
export type SecurityQuestion = keyof typeof securityQuestions

const answer = z.strictObject({ says: z.enum(['yes', 'partly', 'no', 'not-applicable']), note: z.string().trim().max(2_000).default('') })
const questionIds = Object.keys(securityQuestions) as [SecurityQuestion, ...SecurityQuestion[]]
export const assessSecurity = z.strictObject({ slug: z.string(), answers: z.record(z.enum(questionIds), answer) })
export const selfAssessment = z.object({
  id: idOf('ssa'),
  connector: z.string(),
  answers: z.record(z.string(), z.object({ question: z.string(), says: z.string(), note: z.string() })),
  sha256: z.string(),
  by: idOf('usr'),
  at: time,
  /** Questions that were answered with no or partly, or with nothing said about why one does not apply. */
  lookAt: z.array(z.string()).readonly(),
})
export type SelfAssessmentView = z.infer<typeof selfAssessment>
export const selfAssessments = z.object({ items: z.array(selfAssessment).readonly() })

/** What stands at `/.well-known/security.txt` of a connector (RFC 9116). */
export const securityTxtLook = z.object({
  connector: z.string(),
  url: z.string(),
  state: z.enum(['good', 'missing', 'expired', 'unusable']),
  detail: z.string().nullable(),
  contacts: z.array(z.string()).readonly(),
  expiresAt: time.nullable(),
  lookedAt: time,
})
export type SecurityTxtView = z.infer<typeof securityTxtLook>
