import { lookup, Resolver as NameServers } from 'node:dns/promises'

/** Turns a name into all its addresses, in the order in which they should be tried. Rejects with a code such as `ENOTFOUND`. */
export type Resolver = (hostname: string) => Promise<readonly string[]>

/** The machine's own resolver, so that /etc/hosts and the search list of a container count. */
export const systemResolver: Resolver = async (hostname) => {
  const answers = await lookup(hostname, { all: true, order: 'verbatim' })
  return answers.map((answer) => answer.address)
}

/** Callers that ask for one name at the same time share one question. */
export function shareQuestions(resolve: Resolver): Resolver {
  const asked = new Map<string, Promise<readonly string[]>>()
  return (hostname) => {
    const known = asked.get(hostname)
    if (known !== undefined) return known
    const question = resolve(hostname).finally(() => asked.delete(hostname))
    asked.set(hostname, question)
    return question
  }
}

/** The text records of a name. Rejects with a code such as `ENODATA`. */
export type TextResolver = (hostname: string) => Promise<readonly string[]>

const TEXTS_MS = 3_000
const MOST_TEXTS = 50
const LONGEST_TEXT = 1_000

/** Text records from the name servers of the machine; files and search lists have none. */
export const systemTexts: TextResolver = async (hostname) => {
  const servers = new NameServers({ timeout: TEXTS_MS, tries: 2 })
  const records = await servers.resolveTxt(hostname)
  return records.slice(0, MOST_TEXTS).map((parts) => parts.join('').slice(0, LONGEST_TEXT))
}
