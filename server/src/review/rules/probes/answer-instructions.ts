import { pointer } from '../../../lib/index.ts'
import { probeRule } from '../engine/probe-rule.ts'
import { readText } from '../engine/read-text.ts'
import { exfiltration } from '../text/exfiltration.ts'
import { hiddenCharacters } from '../text/hidden-characters.ts'
import { hiddenMarkup } from '../text/hidden-markup.ts'
import { leakingLinks } from '../text/leaking-links.ts'
import { overrideInstructions } from '../text/override-instructions.ts'
import { roleMarkers } from '../text/role-markers.ts'
import { secrecyDemands } from '../text/secrecy-demands.ts'

const RULES = [hiddenCharacters, overrideInstructions, secrecyDemands, exfiltration, roleMarkers, leakingLinks, hiddenMarkup]

export const answerInstructions = probeRule({
  id: 'answer-instructions',
  severity: 'warns',
  clause: '2e-i',
  title: 'Answers that instruct the assistant',
  remedy: { who: 'developer', what: 'Answer with data. Words of others that may instruct come marked as what they are.' },
  source: 'OWASP LLM01 prompt injection',
  *judge({ cases }, under) {
    for (const { tool, text } of cases) {
      if (tool === null) continue
      const at = under.content.tools.findIndex(({ name }) => name === tool)
      const place = at < 0 ? '/tools' : pointer('tools', at)
      const read = readText({ pointer: place, text, part: 'description', of: 'definition' })
      for (const rule of RULES)
        for (const seen of rule.read?.(read, under) ?? [])
          if ((seen.severity ?? rule.severity) === 'blocks')
            return void (yield {
              pointer: place,
              message: `An answer of "${tool}" reads like an attack. ${seen.message}`,
              about: `${tool} ${seen.message}`,
            })
    }
  },
})
