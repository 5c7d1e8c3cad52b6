import type { ClauseId, TermsPack } from '@handfast/contract'
import { sha256 } from '../../lib/index.ts'
import type { OperatorDetails } from '../contracting-entity.ts'
import { fill, slotValues } from './slots.ts'

/** A text of a document in one language, as Markdown, with the digest of its bytes in UTF-8. */
export type DocumentText = { readonly language: string; readonly title: string; readonly body: string; readonly sha256: string }

/** A document of the bundle as a pack and the settings make it. The first text binds; the others help readers. */
export type PackedDocument = {
  readonly document: string
  readonly label: string
  readonly text: DocumentText
  readonly translations: readonly DocumentText[]
}

type Words = {
  readonly title: string
  readonly preamble?: string | undefined
  readonly sections: readonly { readonly title: string; readonly text?: string | undefined; readonly clauses?: readonly ClauseId[] | undefined }[]
}
type ClauseWords = Readonly<Partial<Record<ClauseId, { readonly title: string; readonly text: string }>>>

/**
 * The documents of a pack with the operator's details filled in. There is no other source of their words: a changed clause or a changed detail makes
 * another text, hence another digest and another edition.
 */
export function renderDocuments(pack: TermsPack, operator: OperatorDetails): readonly PackedDocument[] {
  const slots = slotValues(operator, pack.slots)
  const render = (language: string, words: Words, clauses: ClauseWords): DocumentText => {
    const body = fill(bodyOf(words, clauses), slots)
    return { language, title: fill(words.title, slots), body, sha256: sha256(body) }
  }
  return pack.documents.map((one) => ({
    document: one.document,
    label: pack.label,
    text: render(pack.language, one, pack.clauses),
    translations: Object.entries(pack.translations).flatMap(([language, { documents, clauses }]) => {
      const words = documents[one.document]
      if (words === undefined) return []
      // A translation stands in the order of the original: it has the same sections with the same clauses.
      const sections = words.sections.map((section, index) => ({ ...section, clauses: one.sections[index]?.clauses }))
      return [render(language, { ...words, sections }, clauses)]
    }),
  }))
}

function bodyOf({ title, preamble, sections }: Words, clauses: ClauseWords): string {
  const parts = [`# ${title}`, ...(preamble === undefined ? [] : [preamble.trim()])]
  for (const section of sections) {
    parts.push(`## ${section.title}`)
    if (section.text !== undefined) parts.push(section.text.trim())
    for (const id of section.clauses ?? []) {
      const words = clauses[id]
      if (words !== undefined) parts.push(`**${words.title}** (${id}). ${words.text.trim()}`)
    }
  }
  return `${parts.join('\n\n')}\n`
}
