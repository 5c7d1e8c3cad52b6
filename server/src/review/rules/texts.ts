import type { JsonRecord, ReleaseContent } from '@handfast/contract'
import { pointer } from '../../lib/index.ts'

/** A text that people or assistants will read, and where it stands. */
export type PlacedText = { readonly pointer: string; readonly text: string }

/** Every text of a release: names, descriptions, the notice, and the words inside schemas. */
export function* textsOf(content: ReleaseContent): Generator<PlacedText> {
  yield { pointer: '/name', text: content.name }
  yield { pointer: '/description', text: content.description }
  yield { pointer: '/privacyNotice', text: content.privacyNotice }
  yield { pointer: '/publishedBy/developer', text: content.publishedBy.developer }
  for (const [index, text] of content.receives.entries()) yield { pointer: pointer('receives', index), text }
  for (const [index, tool] of content.tools.entries()) {
    const at = pointer('tools', index)
    yield { pointer: `${at}/name`, text: tool.name }
    yield { pointer: `${at}/description`, text: tool.description }
    if (tool.title !== undefined) yield { pointer: `${at}/title`, text: tool.title }
    if (tool.annotations?.title !== undefined) yield { pointer: `${at}/annotations/title`, text: tool.annotations.title }
    yield* textsWithin(tool.inputSchema, `${at}/inputSchema`)
    if (tool.outputSchema !== undefined) yield* textsWithin(tool.outputSchema, `${at}/outputSchema`)
  }
  for (const kind of ['resources', 'resourceTemplates', 'prompts'] as const) yield* textsWithin(content[kind], pointer(kind))
}

/** Keys count too: an assistant reads the name of an argument like any other word. Depth was bounded at the door. */
function* textsWithin(value: unknown, at: string): Generator<PlacedText> {
  if (typeof value === 'string') yield { pointer: at, text: value }
  else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value as JsonRecord)) {
      const below = `${at}${pointer(key)}`
      if (!Array.isArray(value)) yield { pointer: below, text: key }
      yield* textsWithin(member, below)
    }
  }
}
