import { pointer } from '../../../lib/index.ts'
import { toolRule } from '../engine/tool-rule.ts'

const MOST = 64

export const statusTexts = toolRule({
  id: 'status-texts',
  severity: 'notes',
  clause: '1-protocol',
  title: 'Status texts that are too long to be shown',
  remedy: { who: 'developer', what: `Shorten the text to ${MOST} characters.` },
  source: 'OpenAI Apps SDK reference',
  *each({ name, _meta: meta }, at) {
    for (const key of ['openai/toolInvocation/invoking', 'openai/toolInvocation/invoked'] as const) {
      const text = meta?.[key]
      if (typeof text === 'string' && text.length > MOST)
        yield {
          pointer: `${at}/_meta${pointer(key)}`,
          message: `A status text of "${name}" has ${text.length} characters, and ${MOST} are shown.`,
        }
    }
  },
})
