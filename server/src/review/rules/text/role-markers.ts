import { textRule } from '../engine/text-rule.ts'

/** Words by which chat models are told whose turn it is. */
const TEMPLATE =
  /<\|(?:im_start|im_end|system|user|assistant|endoftext|begin_of_text|eot_id|start_header_id)\|>|\[\/?INST\]|<<\/?SYS>>|<start_of_turn>|<\/?(?:system|system_prompt|assistant|human)>|(?:^|\n)\n?(?:Human|Assistant|System) ?: ?\S/i
const FEWEST_BESIDE = 12
/** Tags that claim importance. */
const LOUD = /<\/?(?:important|critical|instructions?|secret|hidden|urgent|priority|mandatory|override|admin)>/i

export const roleMarkers = textRule({
  id: 'role-markers',
  severity: 'blocks',
  clause: '2e-i',
  title: 'Marks that pretend to be the system, the user or the assistant',
  remedy: { who: 'developer', what: 'Remove the mark. If it is an example, describe it in words.' },
  source: 'OWASP LLM01 prompt injection; tool poisoning (Invariant Labs, 2025)',
  *read({ pointer, text, part, of }) {
    if (of !== 'definition') return
    const template = TEMPLATE.exec(text)
    // As a value by itself it is data: APIs of models take such marks as places to stop.
    if (part === 'value' && template !== null && text.length - template[0].length < FEWEST_BESIDE) return
    if (template !== null)
      yield { pointer, message: `"${template[0].trim().slice(0, 40)}" is how models are told who speaks. A description is no conversation.` }
    else {
      const loud = LOUD.exec(text)
      if (loud !== null)
        yield { pointer, severity: 'warns', message: `"${loud[0]}" makes words look like more than a description. Read what stands in it.` }
    }
  },
})
