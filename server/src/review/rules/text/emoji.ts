import type { ReleaseTool } from '@handfast/contract'
import { countingRule } from '../engine/tool-rule.ts'

const EMOJI = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f/u

export const emoji = countingRule({
  id: 'emoji',
  severity: 'notes',
  clause: '2e-ii',
  title: 'Emoji in descriptions',
  remedy: { who: 'developer', what: 'Say it in words: assistants read emoji differently, and some stores refuse them.' },
  source: 'Microsoft certification of connectors',
  counts: ({ description, title = '' }: ReleaseTool) => EMOJI.test(description) || EMOJI.test(title),
  say: (names, count) => `${count === 1 ? 'A description has' : `${count} descriptions have`} emoji: ${names}.`,
})
