import type { FindPhrase } from './phrases.ts'
import { readText, type TextRead } from './read-text.ts'
import type { Rule, Seen, UnderReview } from './rule.ts'
import { textsOf } from './texts.ts'

type TextRule = Omit<Rule, 'look' | 'read' | 'needs'> & { readonly read: (text: TextRead, under: UnderReview) => Iterable<Seen> }

/** A rule that judges each text by itself. */
export function textRule(rule: TextRule): Rule {
  return {
    ...rule,
    *look(under) {
      for (const placed of textsOf(under)) {
        yield* rule.read(readText(placed), under)
        yield undefined
      }
    },
  }
}

type PhraseRule = Omit<TextRule, 'read'> & {
  readonly says: FindPhrase
  /** What it means, after the quote: `"…" tells the assistant what to think of other tools.` */
  readonly means: string
  /** `definition`: only what assistants read. Notices are for people alone, and never judged by phrases. */
  readonly where?: 'definition'
}

/** A rule that looks for ways of saying something. One finding for a text is enough: whoever reads the text sees the rest. */
export function phraseRule({ says, means, where, ...rule }: PhraseRule): Rule {
  return textRule({
    ...rule,
    *read(text) {
      if (text.part === 'notice' || (where !== undefined && text.of !== where)) return
      const found = says(text.words())
      if (found !== null) yield { pointer: text.pointer, message: `"${found.quote}" ${means}` }
    },
  })
}
