import { Refusal } from '../lib/index.ts'
import { refusalOf } from './denial.ts'
import { NameNotFoundError, RedirectRefusedError } from './egress-errors.ts'
import type { ExplainOptions, Explanation } from './egress-request.ts'
import type { Verdict } from './judge.ts'
import { redirectTarget } from './redirect.ts'

type Judge = (url: URL, given: readonly string[] | undefined) => Promise<Verdict>

/** The decision about an address, then about each redirect in turn: the last one that was made, or the first no. */
export async function explain(text: string, options: ExplainOptions, judge: Judge): Promise<Explanation> {
  const { addresses, redirects = [], origins = [] } = options
  let url = URL.parse(text)
  if (url === null) return { allowed: false, rule: 'not an address', addresses: [], code: 'egress/malformed' }
  let decided = await explainOne(url, addresses, judge)
  for (const [count, location] of redirects.entries()) {
    if (!decided.allowed) return decided
    try {
      url = redirectTarget({ url, redirects: count, request: { origins } }, location)
    } catch (error) {
      if (!(error instanceof RedirectRefusedError)) throw error
      return { allowed: false, rule: `redirect: ${error.detail['because']}`, addresses: [], code: error.code }
    }
    decided = await explainOne(url, addresses, judge)
  }
  return decided
}

async function explainOne(url: URL, given: readonly string[] | undefined, judge: Judge): Promise<Explanation> {
  try {
    const verdict = await judge(url, given)
    if (verdict.allowed) return verdict
    const { denial, addresses } = verdict
    return { allowed: false, rule: denial.rule, addresses, code: refusalOf(url, denial, addresses).code }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { allowed: false, rule: error instanceof NameNotFoundError ? 'no address' : 'name server', addresses: [], code: error.code }
  }
}
