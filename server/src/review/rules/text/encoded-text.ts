import { textRule } from '../engine/text-rule.ts'

/** Runs of one class: time is linear. */
const RUN = /[A-Za-z0-9+/_=-]{80,}/g
const HEX = /^[0-9a-f]+$/i
const PERCENT = /(?:%[0-9a-f]{2}){20,}/i
const ESCAPES = /(?:\\[ux][0-9a-f]{2,4}){12,}|(?:&#x?[0-9a-f]{2,6};){8,}/i

export const encodedText = textRule({
  id: 'encoded-text',
  severity: 'warns',
  clause: '2e-i',
  title: 'Long encoded text',
  remedy: { who: 'developer', what: 'Write it in plain words, or leave it out. Data belongs in answers, not in descriptions.' },
  source: 'Anthropic directory policy 2; Microsoft certification of connectors',
  *read({ pointer, text, part }) {
    if (part === 'value' && /\/(?:pattern|examples?|src|\$ref|\$id)(?:\/|$)/.test(pointer)) return
    const run = [...text.matchAll(RUN)].find(([found]) => looksEncoded(found))?.[0] ?? PERCENT.exec(text)?.[0] ?? ESCAPES.exec(text)?.[0]
    if (run !== undefined)
      yield {
        pointer,
        message: `There are ${run.length} characters of encoded text, beginning with "${run.slice(0, 24)}". Nobody can read what it says.`,
      }
  },
})

/** Addresses, paths and lines of dashes are long too; encoded bytes mix kinds of characters all along. */
function looksEncoded(run: string): boolean {
  if (HEX.test(run)) return true
  const words = run.split(/[-_/=+]/)
  if (words.some((word) => word.length >= 60 && /[a-z]/.test(word) && /[A-Z]/.test(word) && /[0-9]/.test(word))) return true
  const mixed = words.filter((word) => /[0-9]/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word)).length
  return run.length >= 100 && mixed >= 3 && mixed * 2 >= words.length
}
