import type { Rule } from '../engine/rule.ts'

const MOST = 3
const LONGEST = 128

export const starterPrompts: Rule = {
  id: 'starter-prompts',
  severity: 'notes',
  clause: '2e-ii',
  title: 'Starter prompts that stores would refuse',
  remedy: { who: 'developer', what: `Give up to ${MOST} different prompts of one line and ${LONGEST} characters, without mentioning anybody.` },
  source: 'OpenAI app submission',
  needs: 'listing',
  *look({ listing }) {
    const prompts = listing?.prompts ?? []
    if (prompts.length > MOST)
      yield { pointer: '/listing/prompts', message: `There are ${prompts.length} starter prompts; stores show ${MOST}.`, about: 'count' }
    const seen = new Set<string>()
    for (const [index, prompt] of prompts.entries()) {
      const pointer = `/listing/prompts/${index}`
      const plain = prompt.normalize('NFKC').toLowerCase().trim()
      if (prompt.length > LONGEST || /[\n\r]/.test(prompt)) yield { pointer, message: 'A starter prompt is longer than stores show.', about: prompt }
      if (/(?:^|\s)@\w/.test(prompt)) yield { pointer, message: 'A starter prompt mentions somebody.', about: prompt }
      if (seen.has(plain)) yield { pointer, message: 'Two starter prompts are the same.', about: prompt }
      seen.add(plain)
    }
  },
}
