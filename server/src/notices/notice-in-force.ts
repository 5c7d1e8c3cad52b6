import type { NoticeText, ReleaseContent } from '@handfast/contract'
import { canonicalJson, sha256 } from '../lib/index.ts'

/** A notice in one language, as it binds. */
export type Binding = NoticeText & { readonly sha256: string }

/** The words that people agree to: one text in each language, and one digest for all of it, which an enablement remembers. */
export type NoticeInForce = {
  readonly sha256: string
  /** The language that the publisher wrote it in comes first. */
  readonly texts: readonly Binding[]
}

/** Words that a person found at the notice's address and put in force, though no release brought them. */
export type FoundNotice = { readonly language: string; readonly text: string }

type Declared = Pick<ReleaseContent, 'privacyNotice' | 'privacyNoticeUrl' | 'privacyNoticeLanguage' | 'privacyNotices'>

const known = new WeakMap<Declared, NoticeInForce>()

/** The notice of a release, with what was found since. The digest of a notice in one language is that of its text in UTF-8. */
export function noticeInForce(content: Declared, found: readonly FoundNotice[] = []): NoticeInForce {
  const ready = found.length === 0 ? known.get(content) : undefined
  if (ready !== undefined) return ready
  const { privacyNotice: text, privacyNoticeUrl: url, privacyNoticeLanguage: language = 'en', privacyNotices = [] } = content
  const texts = [{ language, text, ...(url === undefined ? {} : { url }) }, ...privacyNotices].map((notice): Binding => {
    const words = found.find((one) => one.language === notice.language)?.text ?? notice.text
    return { ...notice, text: words, sha256: sha256(words) }
  })
  const only = texts.length === 1 ? texts[0] : undefined
  const digest = only?.sha256 ?? sha256(canonicalJson(Object.fromEntries(texts.map((one) => [one.language, one.sha256]))))
  const made = { sha256: digest, texts }
  if (found.length === 0) known.set(content, made)
  return made
}

/** The text for somebody who reads these languages, the liked ones first; without a match the publisher's own. */
export function textFor({ texts }: NoticeInForce, languages: readonly string[]): Binding | undefined {
  for (const wanted of languages.map((language) => language.toLowerCase())) {
    const exact = texts.find(({ language }) => language.toLowerCase() === wanted)
    const near = exact ?? texts.find(({ language }) => language.toLowerCase().split('-')[0] === wanted.split('-')[0])
    if (near !== undefined) return near
  }
  return texts[0]
}
