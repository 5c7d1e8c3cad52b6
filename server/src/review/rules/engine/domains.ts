/** Second labels under which registries sell names, such as `co.uk`. Taken for a domain of its own, one of these would join strangers. */
const REGISTRY = /^(?:co|com|net|org|gov|edu|ac|or|ne|go|gob|com?pany|ltd|plc)$/
/** Places where everybody has a name of their own. */
const SHARED =
  /(?:^|\.)(?:github\.io|vercel\.app|netlify\.app|herokuapp\.com|workers\.dev|pages\.dev|azurewebsites\.net|cloudfront\.net|amazonaws\.com|run\.app|fly\.dev|web\.app|onrender\.com|railway\.app)$/

/**
 * Whether two hosts most likely belong to one owner: one lies below the other, or both below one name that somebody registered. A heuristic for
 * reviewers; nothing is sent anywhere because of it.
 */
export function sameOwner(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()]
  if (a === b) return true
  if (SHARED.test(a) || SHARED.test(b)) return false
  return registered(a) === registered(b)
}

export function registered(host: string): string {
  if (/^[\d.]+$|:/.test(host)) return host
  const labels = host.split('.')
  const two = labels.at(-2) ?? ''
  const three = labels.length > 2 && (labels.at(-1) ?? '').length === 2 && REGISTRY.test(two)
  return labels.slice(three ? -3 : -2).join('.')
}

/** Calls there do not leave the machine, so nobody on a network reads them. */
export function staysHere(address: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(URL.parse(address)?.hostname ?? '')
}
