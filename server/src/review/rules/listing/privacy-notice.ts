import type { Rule } from '../engine/rule.ts'

/** A notice shorter than this cannot say who receives what and why. */
const SHORTEST = 40

export const privacyNotice: Rule = {
  id: 'privacy-notice',
  severity: 'blocks',
  clause: '3c-privacy',
  title: 'No privacy notice, or one that says next to nothing',
  remedy: {
    who: 'developer',
    what: 'Write who receives the data, what for, and how long it is kept. People read it before anything about them is sent.',
  },
  source: 'GDPR article 13; OpenAI app guidelines',
  needs: 'manifest',
  *look({ content }) {
    const pointer = '/privacyNotice'
    const notice = content.privacyNotice.trim()
    if (notice === '') yield { pointer, message: 'There is no privacy notice. Write who receives the data, what for, and how long it is kept.' }
    else if (notice.length < SHORTEST)
      yield { pointer, severity: 'warns', message: 'The privacy notice is very short. Does it say who, what for and how long?' }
  },
}
