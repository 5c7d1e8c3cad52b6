import type { Principal } from '../authorization/index.ts'
import { ScopeMissingError } from '../authorization/index.ts'
import type { ConnectorStanding } from '../directory/index.ts'
import { isObject, Refusal, refusalBody } from '../lib/index.ts'
import { UpstreamNotUnderstoodError, UpstreamTimedOutError } from '../upstream/index.ts'
import type { Answer, Passed } from './call.ts'
import type { Catalogue, Unavailable } from './catalogue.ts'
import { type Found, readDocument, readFound } from './documents.ts'
import type { Asked, Gateway } from './gateway.ts'
import { ConnectorRefusedError, InvalidArgumentsError, StoppingError } from './gateway-errors.ts'

/** An answer that is ours: put together from calls, each of which has its own entries. */
export type OwnAnswer = Omit<Answer, 'call'>

/** A document, and whose it is. Ids carry the connector's short name, so that `fetch` finds the way back; short names have no colon. */
type Labelled = Found & { readonly connector: string }
type Searched = { readonly slug: string; readonly found: readonly Labelled[] } | { readonly slug: string; readonly unavailable: Unavailable }

const LONGEST_QUERY = 2_000

/**
 * One `search` and one `fetch` over everything that a person enabled and that keeps their contract. A search asks all of these connectors at once, each by a
 * governed call of its own; one that is slow, refuses or fails takes nothing from the others, and the answer says that it is missing.
 */
export class Retrieval {
  readonly #gateway: Gateway
  readonly #catalogue: Catalogue
  readonly #waitMs: number

  /** @param needs `waitMs`: how long a search waits for each connector */
  constructor(needs: { readonly gateway: Gateway; readonly catalogue: Catalogue; readonly waitMs: number }) {
    this.#gateway = needs.gateway
    this.#catalogue = needs.catalogue
    this.#waitMs = needs.waitMs
  }

  /** Connectors that a search of this person reaches, in the order of their short names. */
  over(person: Principal): Promise<readonly ConnectorStanding[]> {
    return this.#catalogue.retrieving(person)
  }

  /** @throws InvalidArgumentsError | StoppingError | ScopeMissingError */
  async search(asked: Asked, over: readonly ConnectorStanding[]): Promise<OwnAnswer> {
    const { query } = asked.arguments
    if (typeof query !== 'string' || query.trim() === '' || query.length > LONGEST_QUERY)
      throw new InvalidArgumentsError('/query', `has to be a text of 1 to ${LONGEST_QUERY} characters`)
    const all = await Promise.all(over.map(({ slug, name }) => this.#ask(asked, slug, name, query)))
    const unavailable = all.flatMap((one) => ('unavailable' in one ? [one.unavailable] : []))
    if (unavailable.length === all.length && all.length > 0) return failed(unavailable)
    const results = inTurn(all.map((one) => ('found' in one ? one.found : [])))
    return answerOf({ results, ...(unavailable.length === 0 ? {} : { unavailable }) })
  }

  async #ask(asked: Asked, slug: string, name: string, query: string): Promise<Searched> {
    const late = AbortSignal.timeout(this.#waitMs)
    const { inputResponses: _, requestState: __, capabilities: ___, ...rest } = asked
    try {
      const call = { ...rest, name: `${slug}_search`, arguments: { query }, onProgress: undefined, signal: AbortSignal.any([asked.signal, late]) }
      const { result } = await this.#gateway.answer(call)
      if (result.isError === true) throw new ConnectorRefusedError(name, 0, wordsOf(result), query)
      const found = readFound(result)
      if (found === undefined) throw new UpstreamNotUnderstoodError(`${name} answered a search with something else than documents.`, 'no')
      return { slug, found: found.map((one) => ({ ...one, id: `${slug}:${one.id}`, connector: slug })) }
    } catch (error) {
      // A balancer should try elsewhere; and what the assistant may not do, its OAuth client can ask for.
      if (!(error instanceof Refusal) || error instanceof StoppingError || error instanceof ScopeMissingError) throw error
      if (asked.signal.aborted) throw error
      const why = late.aborted ? new UpstreamTimedOutError('no') : error
      return { slug, unavailable: { connector: slug, ...refusalBody(why) } }
    }
  }

  /**
   * One document, from the connector that its id names. This is that connector's own call in every way: what it asks is asked, and what refuses it refuses.
   * @throws Refusal
   */
  async read(asked: Asked, over: readonly ConnectorStanding[]): Promise<OwnAnswer> {
    const { id } = asked.arguments
    const cut = typeof id === 'string' ? id.indexOf(':') : -1
    const from = typeof id === 'string' && cut > 0 ? over.find(({ slug }) => slug === id.slice(0, cut)) : undefined
    if (typeof id !== 'string' || from === undefined || cut === id.length - 1)
      throw new InvalidArgumentsError('/id', 'has to be the id of a document, as search gives it')
    const { slug, name } = from
    const answer = await this.#gateway.answer({ ...asked, name: `${slug}_fetch`, arguments: { id: id.slice(cut + 1) } })
    if (answer.asks !== null || answer.result.isError === true) return answer
    const document = readDocument(answer.result)
    if (document === undefined) throw new UpstreamNotUnderstoodError(`${name} answered with something else than a document.`, 'no')
    const { title, url, text, metadata } = document
    return answerOf({ id, title, text, url, metadata: { ...metadata, connector: slug } })
  }
}

/** The first of each, then the second of each: every connector knows best what it found, and none knows better than another. */
function inTurn(lists: readonly (readonly Labelled[])[]): readonly Labelled[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length))
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat()
}

/** Exactly one text, which is JSON, and the same as structured content. */
function answerOf(value: Record<string, unknown>): OwnAnswer {
  const result = { content: [{ type: 'text', text: JSON.stringify(value) }], structuredContent: value } as unknown as Passed
  return { result, text: JSON.stringify(result), asks: null }
}

function failed(unavailable: readonly Unavailable[]): OwnAnswer {
  const text = unavailable.map(
    ({ connector, message, link }) => `${connector}: ${message}${link === undefined || message.includes(link) ? '' : ` ${link}`}`,
  )
  const result = { content: [{ type: 'text', text: `Nothing could be searched.\n${text.join('\n')}` }], isError: true } as unknown as Passed
  return { result, text: JSON.stringify(result), asks: null }
}

function wordsOf({ content }: Passed): string {
  const text = Array.isArray(content) ? content.find((block) => isObject(block) && block['type'] === 'text') : undefined
  return isObject(text) && typeof text['text'] === 'string' ? text['text'].slice(0, 500) : 'it gave no reason'
}
