import { textRule } from '../engine/text-rule.ts'

const IMAGE = /!\[[^\]\n]{0,200}\]\(\s?(https?:[^)\s]{1,2000})|<img\b[^>]{0,300}\bsrc\s?=\s?["']?(https?:[^"'\s>]{1,2000})/gi
const LINK = /\[[^\]\n]{1,200}\]\(\s?(https?:[^)\s]{1,2000})/gi
/** A place in an address where somebody is to put something in. */
const FILLED = /[?&#=/](?:[^\s{<$]{0,200}=)?(?:\{\{?|\$\{|<|%7B|\[)[a-z_ .-]{2,40}(?:\}|>|%7D|\])/i

export const leakingLinks = textRule({
  id: 'leaking-links',
  severity: 'blocks',
  clause: '2e-i',
  title: 'Images and links that carry data away',
  remedy: { who: 'developer', what: 'Name the address without anything to fill in, and leave images out of texts that assistants read.' },
  source: 'OWASP LLM02 sensitive information disclosure',
  *read({ pointer, text, part }) {
    if (part === 'value' || part === 'key') return
    for (const [, markdown, html] of text.matchAll(IMAGE)) {
      const url = markdown ?? html ?? ''
      if (FILLED.test(url))
        return void (yield {
          pointer,
          message: `An image whose address is filled with data (${url.slice(0, 80)}) sends that data away when it is shown.`,
        })
      return void (yield { pointer, severity: 'warns', message: `There is an image from ${hostOf(url)}: who looks at it is seen there.` })
    }
    for (const [, url = ''] of text.matchAll(LINK))
      if (FILLED.test(url) && /[?&]/.test(url))
        return void (yield { pointer, severity: 'warns', message: `There is a link whose address is filled with data: ${url.slice(0, 80)}` })
  },
})

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'elsewhere'
}
