import type { Rule } from './rule.ts'

/** A notice shorter than this cannot say who receives what and why. */
const SHORTEST = 40

/** Clause 3c-privacy: people read the notice before anything about them is sent, so there has to be one. */
export const privacyNotice: Rule = ({ content }) => {
  const about = { rule: 'privacy-notice', clause: '3c-privacy', pointer: '/privacyNotice' } as const
  const notice = content.privacyNotice.trim()
  if (notice === '')
    return [{ ...about, severity: 'blocks', message: 'There is no privacy notice. Write who receives the data, what for, and how long it is kept.' }]
  return notice.length < SHORTEST
    ? [{ ...about, severity: 'warns', message: 'The privacy notice is very short. Does it say who, what for and how long?' }]
    : []
}
