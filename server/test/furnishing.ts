import { DAY, type DeveloperId } from '../src/lib/index.ts'
import type { ApiFuzzer } from './api-fuzzer.ts'
import { manifestOf } from './api-hints.ts'
import { type Answer, read, type Said } from './house.ts'

type Document = { readonly document: string; readonly sha256: string; readonly body: string }

/** One round of putting things into a town by its API. What it is answered, the fuzzer hears. */
export class Furnishing {
  readonly fuzzer: ApiFuzzer
  readonly round: number
  /** A connector that is live, with a release that waits; one that wants a key; one that was refused, with a draft. */
  readonly slugs: { readonly egret: string; readonly finch: string; readonly gull: string }
  readonly #url: string
  readonly #now: () => number
  /** Publishes all of it; and who takes a connector over. */
  organisation = ''
  heir = ''

  constructor(fuzzer: ApiFuzzer, url: string, round: number, now: () => number) {
    this.fuzzer = fuzzer
    this.round = round
    this.slugs = { egret: `egret-${round}`, finch: `finch-${round}`, gull: `gull-${round}` }
    this.#url = url
    this.#now = now
  }

  /** @param named the values in the path, the innermost first */
  async does(as: string, method: string, path: string, body?: unknown, named: readonly string[] = []): Promise<Said> {
    return (await this.#sends(as, method, path, body, named)).body
  }

  async #sends(as: string, method: string, path: string, body?: unknown, named: readonly string[] = []): Promise<Answer> {
    const answer = await this.fuzzer.callers.send(as, method, `/api/v1${path}`, body)
    const shape = named.reduce((text, one) => text.replace(`/${one}`, '/{}'), `/api/v1${path}`)
    this.fuzzer.made.heard(method, shape, as, named, body, answer)
    if (answer.status >= 300) throw new Error(`${method} ${path} as ${as}: ${answer.status} ${answer.text}`)
    return answer
  }

  post(as: string, path: string, body: unknown, ...named: string[]): Promise<Said> {
    return this.does(as, 'POST', path, body, named)
  }

  put(as: string, path: string, body: unknown, ...named: string[]): Promise<Said> {
    return this.does(as, 'PUT', path, body, named)
  }

  inDays(days: number): string {
    return new Date(this.#now() + days * DAY).toISOString()
  }

  manifest(slug: string, description?: string) {
    return manifestOf(slug, this.#url, description)
  }

  async documents(): Promise<readonly Document[]> {
    return read<{ documents: readonly Document[] }>(await this.#sends('session of developer', 'GET', '/terms')).documents
  }

  /** An organisation that accepted the terms. */
  async founds(name: string): Promise<DeveloperId> {
    const digests = Object.fromEntries((await this.documents()).map((one) => [one.document, one.sha256]))
    this.fuzzer.made.hints['documents'] = () => digests
    const id = idOf(await this.post('session of developer', '/developers', { name: `${name} ${this.round} Ltd`, country: 'IE' })) as DeveloperId
    await this.post('session of developer', '/acceptances', { developer: id, documents: digests, authorityAttested: true })
    this.fuzzer.callers.organisations.add(id)
    return id
  }

  /** Changes of the terms that are to come are off. */
  async withdrawsChanges(): Promise<void> {
    const changes = await this.#sends('session of operator', 'GET', '/terms/changes')
    for (const { id, state } of read<{ items: readonly { id: string; state: string }[] }>(changes).items)
      if (state === 'draft' || state === 'posted')
        await this.fuzzer.callers.send('session of operator', 'POST', `/api/v1/terms/changes/${id}/withdraw`, { reason: 'Another comes.' })
  }
}

export function idOf(said: Said): string {
  return String(said['id'])
}
