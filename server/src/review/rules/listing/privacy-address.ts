import type { Rule } from '../engine/rule.ts'

export const privacyAddress: Rule = {
  id: 'privacy-address',
  severity: 'warns',
  clause: '3c-privacy',
  title: 'Privacy notices by http',
  remedy: { who: 'developer', what: 'Publish the notice by https, so that nobody on the way changes what people agree to.' },
  source: 'OpenAI app submission',
  needs: 'manifest',
  *look({ content }) {
    const all = [content.privacyNoticeUrl, ...(content.privacyNotices ?? []).map(({ url }) => url)]
    for (const url of all)
      if (url?.startsWith('http:') === true)
        yield { pointer: '/privacyNoticeUrl', message: `The privacy notice was read from ${url.slice(0, 200)}, unencrypted.`, about: url }
  },
}
