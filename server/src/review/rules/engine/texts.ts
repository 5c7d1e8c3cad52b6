import type { JsonRecord, ReleaseContent } from '@handfast/contract'
import { pointer } from '../../../lib/index.ts'
import type { UnderReview } from './rule.ts'

/**
 * What a text is for. `name`, `title` and `description` are read by whoever chooses; `key` is the name of an argument or of anything else in a schema;
 * `prose` are words within a schema; `value` is what a schema only compares, such as a default; `notice` is for people alone.
 */
export type TextPart = 'name' | 'title' | 'description' | 'instructions' | 'key' | 'prose' | 'value' | 'notice'

/** A text that people or assistants will read, and where it stands. */
export type PlacedText = {
  readonly pointer: string
  readonly text: string
  readonly part: TextPart
  /** `listing`: people choose by it. `definition`: it goes into the context of an assistant's model. */
  readonly of: 'listing' | 'definition'
}

/** Every text of a release: names, descriptions, the notices, the words inside schemas, and what the server says to assistants. */
export function* textsOf({ content, server }: Pick<UnderReview, 'content' | 'server'>): Generator<PlacedText> {
  yield* listingTexts(content)
  for (const [index, tool] of content.tools.entries()) {
    const at = pointer('tools', index)
    yield { pointer: `${at}/name`, text: tool.name, part: 'name', of: 'definition' }
    yield { pointer: `${at}/description`, text: tool.description, part: 'description', of: 'definition' }
    if (tool.title !== undefined) yield { pointer: `${at}/title`, text: tool.title, part: 'title', of: 'definition' }
    const { title } = tool.annotations ?? {}
    if (title !== undefined) yield { pointer: `${at}/annotations/title`, text: title, part: 'title', of: 'definition' }
    yield* textsWithin(tool.inputSchema, `${at}/inputSchema`)
    if (tool.outputSchema !== undefined) yield* textsWithin(tool.outputSchema, `${at}/outputSchema`)
  }
  for (const kind of ['resources', 'resourceTemplates', 'prompts'] as const) yield* textsWithin(content[kind], pointer(kind))
  if (server !== null && server.instructions !== null)
    yield { pointer: '/server/instructions', text: server.instructions, part: 'instructions', of: 'definition' }
}

function* listingTexts(content: ReleaseContent): Generator<PlacedText> {
  yield { pointer: '/name', text: content.name, part: 'name', of: 'listing' }
  yield { pointer: '/description', text: content.description, part: 'description', of: 'listing' }
  yield { pointer: '/privacyNotice', text: content.privacyNotice, part: 'notice', of: 'listing' }
  for (const [index, { text }] of (content.privacyNotices ?? []).entries())
    yield { pointer: pointer('privacyNotices', index, 'text'), text, part: 'notice', of: 'listing' }
  yield { pointer: '/publishedBy/developer', text: content.publishedBy.developer, part: 'name', of: 'listing' }
  for (const [index, text] of content.receives.entries()) yield { pointer: pointer('receives', index), text, part: 'notice', of: 'listing' }
}

const PROSE = new Set(['description', 'title', '$comment', 'summary', 'name'])

/** Keys count too: an assistant reads the name of an argument like any other word. Depth was bounded at the door. */
function* textsWithin(value: unknown, at: string, under = ''): Generator<PlacedText> {
  if (typeof value === 'string') yield { pointer: at, text: value, part: PROSE.has(under) ? 'prose' : 'value', of: 'definition' }
  else if (typeof value === 'object' && value !== null) {
    const isList = Array.isArray(value)
    for (const [key, member] of Object.entries(value as JsonRecord)) {
      const below = `${at}${pointer(key)}`
      if (!isList) yield { pointer: below, text: key, part: 'key', of: 'definition' }
      yield* textsWithin(member, below, isList ? under : key)
    }
  }
}
