import { readFileSync } from 'node:fs'
import { type Clock, isId, type WorkspaceId } from '../lib/index.ts'
import type { Storage } from '../storage/index.ts'
import { readChangeRows } from './change-store.ts'
import type { EditionRow } from './edition.ts'
import { packFile } from './pack/load-pack.ts'
import { Html, pagePolicy } from './pages/layout.ts'
import { renderMarkdown } from './pages/markdown.ts'
import { bundlePage, changesPage, differenceHtml, differencePage, documentPage, editionPage, type Posted } from './pages/public-pages.ts'
import { Recent } from './pages/recent.ts'
import { readEdition, readEditionRows, readLanguages, readTexts } from './terms-store.ts'

/** What anybody may read about the terms, ready to be sent. */
export type PublicAnswer = { readonly type: string; readonly body: string; readonly policy: string }

/** Anybody may ask, so what takes time to make is made once: so many characters of it are kept. */
const MOST_KEPT = 16_000_000
const HTML = 'text/html; charset=utf-8'
const PATH = /^\/terms(?:\/([a-z][a-z0-9-]{1,40})(?:\/([A-Za-z0-9._%-]{1,80})(?:\/diff\/([A-Za-z0-9._%-]{1,80}))?)?)?$/

/** The public pages of the terms: documents, editions, what differs, changes, and the shape of packs. */
export class PublicTerms {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #workspace: WorkspaceId
  readonly #name: string
  /** Words and differences as markup, by the digests of what they were made of. */
  readonly #made = new Recent(MOST_KEPT)

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
    const [editions, changes] = await Promise.all([readEditionRows(this.#storage, this.#workspace), readChangeRows(this.#storage, this.#workspace)])
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
      return older === undefined ? undefined : differencePage(posted, edition, older, await this.#difference(older, edition))
    }
    const others = await readLanguages(this.#storage, this.#workspace, edition.id)
    const texts = language !== null && others.includes(language) ? await readTexts(this.#storage, this.#workspace, edition.id) : []
    const shown = texts.find((text) => text.language === language)
    const words = await this.#made.get((shown ?? edition).sha256, async () => renderMarkdown(shown?.body ?? (await this.#bodyOf(edition))))
    return editionPage(posted, edition, { ...(shown ?? edition), words: new Html(words) }, [edition.language, ...others])
  }

  async #difference(older: EditionRow, newer: EditionRow): Promise<Html> {
    const make = async () => differenceHtml(await this.#bodyOf(older), await this.#bodyOf(newer)).text
    return new Html(await this.#made.get(`${older.sha256} ${newer.sha256}`, make))
  }

  async #bodyOf({ id }: EditionRow): Promise<string> {
    return (await readEdition(this.#storage, this.#workspace, id))?.body ?? ''
  }
}

/** By its label, as people call it, or by its id. */
function named(editions: readonly EditionRow[], label: string): EditionRow | undefined {
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
