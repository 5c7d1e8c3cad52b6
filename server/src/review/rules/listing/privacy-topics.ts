import type { Rule } from '../engine/rule.ts'

/** What a person has to be told, and the words by which notices in four languages tell it. */
const TOPICS: readonly (readonly [string, RegExp])[] = [
  [
    'what is received',
    /data|information|receive|collect|dates?\b|name|e-?mail|address|erh[äa]lt|daten|empf[äa]ngt|donn[ée]es|re[çc]oi|collecte|datos|recib|recopil/i,
  ],
  [
    'who receives it',
    /\b(?:we|us|our|ltd|limited|inc|gmbh|company|operator|controller)\b|\bpass(?:es|ed)?\b.{0,40}\bon\b|nobody|no one|shar(?:e|ed|ing)|third part|verantwortlich|weitergegeben|wir\b|nous\b|tiers|responsable|nosotros|terceros/i,
  ],
  [
    'how long it is kept',
    /retain|retention|kept|keep|store[ds]?\b|delet|days?\b|months?\b|years?\b|speicher|aufbewahr|gel[öo]scht|tage\b|conserv|dur[ée]e|supprim|jours\b|elimin|guard|d[íi]as\b|nothing/i,
  ],
]
/** Long notices name more; a short one of a house is for its own people. */
const LONG = 400
const RIGHTS: readonly (readonly [string, RegExp])[] = [
  [
    'what it is for',
    /purpose|in order to|to provide|so that|\bus(?:e|es|ed|ing)\b.{0,60}\b(?:to|for)\b|because|zweck|um .{1,80} zu\b|damit|finalit|afin|pour\b|finalidad|para\b/i,
  ],
  ['how to reach somebody', /contact|@|e-?mail|write to|kontakt|contactez|contacto/i],
]

export const privacyTopics: Rule = {
  id: 'privacy-topics',
  severity: 'notes',
  clause: '3c-privacy',
  title: 'Privacy notices that leave something unsaid',
  remedy: { who: 'developer', what: 'Say what is received, who receives it, what for, how long it is kept, and how to reach somebody about it.' },
  source: 'GDPR article 13; OpenAI app guidelines',
  needs: 'manifest',
  *look({ content }) {
    const notice = content.privacyNotice.slice(0, 100_000)
    // Other languages are for people to judge.
    if (notice.trim().length < 40 || !/^(?:en|de|fr|es)\b/.test(content.privacyNoticeLanguage ?? 'en')) return
    const missing = [...TOPICS, ...(notice.length > LONG ? RIGHTS : [])].filter(([, pattern]) => !pattern.test(notice)).map(([topic]) => topic)
    if (missing.length > 0) yield { pointer: '/privacyNotice', message: `The privacy notice does not seem to say ${missing.join(', nor ')}.` }
  },
}
