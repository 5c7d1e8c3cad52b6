import type { DirectoryDetail } from '../api/connectors.ts'
import { Foreign } from '../parts/foreign.tsx'
import { reflowed } from '../parts/reflow.ts'

/** The publisher's notice, from our copy, in the language that the person reads. */
export function PrivacyNotice({ of, onLanguage }: { readonly of: DirectoryDetail; readonly onLanguage: (language: string) => void }) {
  const { privacyNotice: notice } = of
  if (notice === null || notice.text.trim() === '')
    return (
      <section className="panel">
        <h2>Privacy notice</h2>
        <p>The publisher gave none, because the connector declares no personal data.</p>
      </section>
    )
  return (
    <section className="panel">
      <h2>Privacy notice</h2>
      {notice.languages.length < 2 ? null : (
        <p className="field language">
          <label htmlFor="notice-language">Language</label>
          <select id="notice-language" value={notice.language} onChange={(event) => onLanguage(event.target.value)}>
            {notice.languages.map((language) => (
              <option key={language} value={language}>
                {nameOf(language)}
              </option>
            ))}
          </select>
        </p>
      )}
      <div className="prose notice-text" lang={notice.language}>
        <Foreign text={reflowed(notice.text)} lines />
      </div>
      <p className="help">
        This is the copy kept here, and what you agree to. <code title={notice.textSha256}>{notice.textSha256.slice(0, 12)}</code>
        {notice.url === null ? null : (
          <>
            {' '}
            <a href={notice.url} target="_blank" rel="noreferrer noopener">
              Where its publisher keeps it
            </a>
          </>
        )}
      </p>
    </section>
  )
}

/** A language in its own name. */
function nameOf(language: string): string {
  try {
    return new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language
  } catch {
    return language
  }
}
