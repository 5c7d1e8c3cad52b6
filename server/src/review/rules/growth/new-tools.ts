import { growthRule } from '../engine/growth-rule.ts'
import { listed } from '../engine/tool-rule.ts'

export const newTools = growthRule({
  id: 'new-tools',
  severity: 'notes',
  clause: '2d-review',
  title: 'Tools that came and went',
  remedy: { who: 'reviewer', what: 'Look at what is new. It stays off for people until they agree to it.' },
  *compare(content, previous) {
    const before = new Set(previous.tools.map(({ name }) => name))
    const now = new Set(content.tools.map(({ name }) => name))
    const came = [...now].filter((name) => !before.has(name))
    const went = [...before].filter((name) => !now.has(name))
    if (came.length > 0)
      yield {
        pointer: '/tools',
        message: `${came.length === 1 ? 'A tool is' : `${came.length} tools are`} new: ${listed(came)}.`,
        about: `+${came.toSorted().join('\n')}`,
      }
    if (went.length > 0)
      yield {
        pointer: '/tools',
        message: `${went.length === 1 ? 'A tool is' : `${went.length} tools are`} gone: ${listed(went)}. People who use it are not asked.`,
        about: `-${went.toSorted().join('\n')}`,
      }
  },
})
