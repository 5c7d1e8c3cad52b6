import type { Manifest, NoticeText } from '@handfast/contract'
import type { Egress } from '../egress/index.ts'
import { pointer } from '../lib/index.ts'
import { fetchNotice } from './fetch-notice.ts'
import { NoticeUnusableError } from './notice-errors.ts'
import { normalNotice } from './notice-text.ts'

type Declared = Pick<Manifest, 'privacyNotice' | 'privacyNoticeUrl' | 'privacyNoticeLanguage' | 'privacyNotices'>

/**
 * The manifest with the words of its notice, fetched where it says where they stand.
 * @throws NoticeUnusableError, and refusals of the way out
 */
export async function resolveNotice<Given extends Declared>(egress: Egress, manifest: Given): Promise<Given> {
  const { privacyNotice, privacyNoticeUrl, privacyNoticeLanguage, privacyNotices } = manifest
  if (privacyNoticeUrl !== undefined && privacyNotice !== '')
    throw new NoticeUnusableError('/privacyNotice', 'it is given as a text and as an address. Keep one of the two.')
  if (Object.hasOwn(privacyNotices, privacyNoticeLanguage))
    throw new NoticeUnusableError(pointer('privacyNotices', privacyNoticeLanguage), 'this language is that of the notice itself.')
  const main = privacyNoticeUrl === undefined ? normalNotice(privacyNotice) : await fetchNotice(egress, privacyNoticeUrl, '/privacyNoticeUrl')
  const others: Record<string, { text: string; url?: string }> = {}
  for (const [language, { text, url }] of Object.entries(privacyNotices)) {
    const at = pointer('privacyNotices', language)
    if ((text === undefined) === (url === undefined)) throw new NoticeUnusableError(at, 'give either its text or its address.')
    others[language] = url === undefined ? { text: normalNotice(text ?? '') } : { text: await fetchNotice(egress, url, `${at}/url`), url }
  }
  return { ...manifest, privacyNotice: main, privacyNotices: others }
}

/** The further languages of a resolved manifest, as a release keeps them. */
export function furtherNotices({ privacyNotices }: Pick<Declared, 'privacyNotices'>): readonly NoticeText[] {
  return Object.entries(privacyNotices)
    .map(([language, { text = '', url }]) => ({ language, text, ...(url === undefined ? {} : { url }) }))
    .toSorted((a, b) => (a.language < b.language ? -1 : 1))
}
