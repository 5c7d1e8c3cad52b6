import { incidentClocks, readIncidentClocks } from '@handfast/contract'
import { z } from 'zod'

const list = z.union([
  z.array(z.string()),
  z.string().transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  ),
])
const incidentClockList = list.superRefine((names, context) => {
  for (const { name, message } of readIncidentClocks(names).problems) context.addIssue({ code: 'custom', message: `"${name}" ${message}` })
})
const contactList = list.refine(
  (contacts) => contacts.every((contact) => /^(mailto:[^\s@]+@[^\s@]+|https:\/\/[^\s]+|tel:\+?[\d().-]+)$/.test(contact)),
  'has to be addresses such as mailto:security@example.org or https://example.org/security',
)

/** Settings about reports of breaches and weaknesses. */
export const reportSettings = {
  incidentClocks: incidentClockList
    .default([])
    .describe(
      `Deadlines for reports of breaches and weaknesses, such as gdpr-authority or our-insurer=48h; by name: ${incidentClocks.map(({ id }) => id).join(', ')}`,
    ),
  securityContacts: contactList
    .default([])
    .describe('Where reports of weaknesses go, as mailto: or https: addresses; they stand in /.well-known/security.txt'),
  securityPolicy: z
    .url({ protocol: /^https$/ })
    .optional()
    .describe('Page that says how you treat reports of weaknesses'),
}
