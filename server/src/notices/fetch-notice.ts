import { type Egress, fetchPurposes } from '../egress/index.ts'
import { NoticeUnusableError } from './notice-errors.ts'
import { MOST_CHARACTERS, normalNotice, textOfHtml, UnreadableError } from './notice-text.ts'

const HTML = /^(?:text\/html|application\/xhtml\+xml)\b/i
const PLAIN = /^text\/(?:plain|markdown)\b/i

/**
 * The notice at an address, as normalised text.
 * @throws NoticeUnusableError where there is no text to read, and refusals of the way out
 */
export async function fetchNotice(egress: Egress, address: string, pointer: string, signal?: AbortSignal): Promise<string> {
  const url = URL.parse(address)
  if (url === null) throw new NoticeUnusableError(pointer, 'its address is not one.')
  const rule = fetchPurposes['privacy-notice']
  const answer = await egress.request({
    url,
    method: 'GET',
    headers: { accept: 'text/html, text/plain;q=0.9, text/markdown;q=0.8' },
    reason: rule.reason,
    origins: [url.origin, withOrWithoutWww(url)],
    redirects: rule.mostRedirects,
    limits: { totalMs: rule.mostMs, maxBytes: rule.mostBytes },
    ...(signal === undefined ? {} : { signal }),
  })
  const type = answer.headers['content-type'] ?? ''
  if (answer.status !== 200 || !(HTML.test(type) || PLAIN.test(type))) {
    await answer.body.discard()
    if (answer.status !== 200) throw new NoticeUnusableError(pointer, `its address answers ${answer.status}.`)
    throw new NoticeUnusableError(
      pointer,
      `its address answers ${type === '' ? 'something without a type' : type.slice(0, 80)}. Serve it as HTML or plain text.`,
    )
  }
  const received = decoded(await answer.body.bytes(), type)
  if (!HTML.test(type) && received.length > 4 * MOST_CHARACTERS) throw new NoticeUnusableError(pointer, 'it is too long.')
  const text = normalNotice(HTML.test(type) ? await wordsOf(received, pointer) : received)
  if (text === '') throw new NoticeUnusableError(pointer, 'the page has no text unless scripts run. Serve the text itself.')
  if (text.length > MOST_CHARACTERS) throw new NoticeUnusableError(pointer, `it has more than ${MOST_CHARACTERS} characters.`)
  return text
}

async function wordsOf(html: string, pointer: string): Promise<string> {
  try {
    return await textOfHtml(html)
  } catch (error) {
    if (error instanceof UnreadableError) throw new NoticeUnusableError(pointer, error.message)
    throw error
  }
}

/** The one detour that sites commonly make; any other has to be the address itself. */
function withOrWithoutWww({ protocol, host }: URL): string {
  return `${protocol}//${host.startsWith('www.') ? host.slice(4) : `www.${host}`}`
}

function decoded(bytes: Uint8Array, type: string): string {
  const charset =
    /charset=["']?([\w-]{1,40})/i.exec(type)?.[1] ??
    /<meta[^>]{0,200}charset=["']?([\w-]{1,40})/i.exec(Buffer.from(bytes.subarray(0, 1_024)).toString('latin1'))?.[1]
  try {
    return new TextDecoder(charset ?? 'utf-8').decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes)
  }
}
