import { readFileSync } from 'node:fs'
import { type Clock, isId, type WorkspaceId } from '../lib/index.ts'
import type { Storage } from '../storage/index.ts'
import { readChanges } from './change-store.ts'
import type { Edition } from './edition.ts'
import { packFile } from './pack/load-pack.ts'
import { pagePolicy } from './pages/layout.ts'
import { bundlePage, changesPage, differencePage, documentPage, editionPage, type Posted } from './pages/public-pages.ts'
import { readEditions, readTexts } from './terms-store.ts'

/** What anybody may read about the terms, ready to be sent. */
export type PublicAnswer = { readonly type: string; readonly body: string; readonly policy: string }

const HTML = 'text/html; charset=utf-8'
const PATH = /^\/terms(?:\/([a-z][a-z0-9-]{1,40})(?:\/([A-Za-z0-9._%-]{1,80})(?:\/diff\/([A-Za-z0-9._%-]{1,80}))?)?)?$/

/** The public pages of the terms: documents, editions, what differs, changes, and the shape of packs. */
export class PublicTerms {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #workspace: WorkspaceId
  readonly #name: string

  constructor(needs: { readonly storage: Storage; readonly clock: Clock; readonly workspace: WorkspaceId; readonly name: string }) {
    this.#storage = needs.storage
    this.#clock = needs.clock
    this.#workspace = needs.workspace
    this.#name = needs.name
  }

  /** The page at a path, or undefined where there is none. @param language that the reader asks for; another one than there is counts for nothing */
  async at(path: string, language: string | null): Promise<PublicAnswer | undefined> {
    if (path === '/terms/terms-pack.schema.json')
      return { type: 'application/schema+json', body: readFileSync(packFile('terms-pack.schema.json'), 'utf8'), policy: pagePolicy }
    const found = PATH.exec(path)
    if (found === null) return undefined
    const [, document, label, other] = found
    const posted = await this.#posted()
    const body = await this.#page(posted, document, label, other, language)
    return body === undefined ? undefined : { type: HTML, body, policy: pagePolicy }
  }

  async #posted(): Promise<Posted> {
    const [editions, changes] = await Promise.all([readEditions(this.#storage, this.#workspace), readChanges(this.#storage, this.#workspace)])
    return { name: this.#name, editions, changes, now: this.#clock.now() }
  }

  async #page(
    posted: Posted,
    document: string | undefined,
    label: string | undefined,
    other: string | undefined,
    language: string | null,
  ): Promise<string | undefined> {
    if (document === undefined) return bundlePage(posted)
    if (document === 'changes' && label === undefined) return changesPage(posted)
    const own = posted.editions.filter((edition) => edition.document === document)
    if (own.length === 0) return undefined
    if (label === undefined) return documentPage(posted, document)
    const edition = named(own, label)
    if (edition === undefined) return undefined
    if (other !== undefined) {
      const older = named(own, other)
      return older === undefined ? undefined : differencePage(posted, edition, older)
    }
    const texts = await readTexts(this.#storage, this.#workspace, edition.id)
    const shown = texts.find((text) => text.language === language) ?? edition
    return editionPage(posted, edition, shown, [edition.language, ...texts.map((text) => text.language)])
  }
}

/** By its label, as people call it, or by its id. */
function named(editions: readonly Edition[], label: string): Edition | undefined {
  const name = decoded(label)
  return editions.find((edition) => edition.label === name || (isId('edn', name) && edition.id === name))
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
